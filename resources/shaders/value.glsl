// From a value in units of the mean to its place in the colour range, and to its colour.
uniform sampler2D u_lut;   // 1024 RGBA floats; alpha is the opacity; within a volume in rows, see crossed
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

#if defined(DVR)
// Colour and opacity of a segment of a ray: the mean of a table over what a value passes through on it, so that a part
// of the table that is narrower than that is neither missed nor met by chance. What is passed through lies about the
// sample, as far as the value has come from the sample before: a straight line between the two would miss what is
// between them. Each row of a volume's table has the means over one width, from none to WIDEST.
const float WIDEST = 0.05;
const float ROWS = 16.0;

vec4 crossed(sampler2D means, float before, float here) {
    float wide = min(abs(here - before) / WIDEST, 1.0);
    return texture2D(means, vec2((here * 1023.0 + 0.5) / 1024.0, (wide * (ROWS - 1.0) + 0.5) / ROWS));
}
#endif

#if defined(SKIPS) && defined(DVR)
uniform sampler2D u_seen;   // how many entries of the table, up to each, are not transparent

float seen_up_to(float entry) {
    return texture2D(u_seen, vec2((entry + 0.5) / 1024.0, 0.5)).r * step(0.0, entry);
}

// Whether all that may be passed through about the lowest to the highest value is transparent.
bool transparent(float lowest, float highest) {
    const float beside = 26.0;  // entries: half of WIDEST
    float high = min(ceil(place(highest) * 1023.0) + beside, 1023.0);
    return seen_up_to(high) == seen_up_to(floor(place(lowest) * 1023.0) - beside - 1.0);
}
#endif

#if defined(OVERLAY)
uniform sampler2D u_overlay_lut;  // alpha is how much of it hides the field
uniform vec2 u_overlay_limits;    // values at the two ends of its colours: scaled ones of a density
uniform float u_overlay_opacity;

// Place of a value of the second field in [0, 1].
float overlay_place(float value) {
#if defined(OVERLAY_DENSITY)
    float s = scaled(value);
#else
    float s = abs(value);
#endif
    return clamp((s - u_overlay_limits.x) / (u_overlay_limits.y - u_overlay_limits.x), 0.0, 1.0);
}

// The overlay's colour and how much of it there is.
#if defined(DVR)
vec4 overlaid(float before, float here) {
    return crossed(u_overlay_lut, before, here) * vec4(1.0, 1.0, 1.0, u_overlay_opacity);
}
#else
vec4 overlaid(float value) {
    float at = overlay_place(value);
    return texture2D(u_overlay_lut, vec2((at * 1023.0 + 0.5) / 1024.0, 0.5)) * vec4(1.0, 1.0, 1.0, u_overlay_opacity);
}
#endif
#endif
