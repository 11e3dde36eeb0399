// From a value in units of the mean to its place in the colour range, and to its colour.
uniform sampler2D u_lut;   // 1024 RGBA floats; alpha is the opacity
uniform vec2 u_limits;     // scaled values at the two ends of the colour range

float logarithm(float value) {
    return log(max(value, 1e-12)) * 0.43429448;
}

float scaled(float value) {
#if defined(LOG)
    return logarithm(value);
#elif defined(ASINH)
    float q = abs(value);
    return sign(value) * log(q + sqrt(q * q + 1.0));
#else
    return value;
#endif
}

float compared(float value, float other) {
#if defined(RATIO)
    // Empty places count as a hundredth of the mean: they are no infinite ratio.
    return logarithm(max(value, 0.01)) - logarithm(max(other, 0.01));
#else
    return value - other;
#endif
}

#if defined(RATIO) && defined(DVR)
// How much of a ratio is seen in a volume: voids, where it is the chance of a few particles, hide nothing of what is
// in them; from the mean density of the denser field on there is more to it, at twenty times that all.
float presence(float value, float other) {
    return smoothstep(0.0, 1.30103, logarithm(max(value, other)));
}
#endif

// Place of a value in [0, 1]; a comparison comes here as the signed number that is shown.
float place(float value) {
#if defined(DIFFERENCE) || defined(RATIO)
    float s = value;
#else
    float s = scaled(value);
#endif
    return clamp((s - u_limits.x) / (u_limits.y - u_limits.x), 0.0, 1.0);
}

vec4 colour(float at) {
    return texture2D(u_lut, vec2((at * 1023.0 + 0.5) / 1024.0, 0.5));
}

#if defined(SKIPS) && defined(DVR)
uniform sampler2D u_seen;   // how many entries of the table, up to each, are not transparent

float seen_up_to(float entry) {
    return texture2D(u_seen, vec2((entry + 0.5) / 1024.0, 0.5)).r * step(0.0, entry);
}

// Whether all values from the lowest to the highest are transparent.
bool transparent(float lowest, float highest) {
    return seen_up_to(ceil(place(highest) * 1023.0)) == seen_up_to(floor(place(lowest) * 1023.0) - 1.0);
}
#endif

#if defined(OVERLAY)
uniform sampler2D u_overlay_lut;  // alpha is how much of it hides the field
uniform vec2 u_overlay_limits;    // values at the two ends of its colours: scaled ones of a density
uniform float u_overlay_opacity;

// The overlay's colour and how much of it there is, for a value of the second field.
vec4 overlaid(float value) {
#if defined(OVERLAY_DENSITY)
    float s = scaled(value);
#else
    float s = abs(value);
#endif
    float at = clamp((s - u_overlay_limits.x) / (u_overlay_limits.y - u_overlay_limits.x), 0.0, 1.0);
    return texture2D(u_overlay_lut, vec2((at * 1023.0 + 0.5) / 1024.0, 0.5)) * vec4(1.0, 1.0, 1.0, u_overlay_opacity);
}
#endif
