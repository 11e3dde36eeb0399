// From added light to a picture: its logarithm or the like is the brightness, its mean value the colour.
uniform sampler2D u_light;     // value times weight, and weight
uniform float u_gain;          // brings the weight of a pixel to the column density over its mean
uniform vec2 u_range;          // values at the ends of the colour map
uniform vec4 u_background;  // where there is no light; its colour is weighted by its opacity
varying vec2 v_at;

void main() {
    vec4 sum = texture2D(u_light, v_at);
#if defined(RAW)
    gl_FragColor = sum;
#elif defined(OPAQUE)
    gl_FragColor = mix(u_background, vec4(sum.rgb, 1.0), sum.a);
#else
    float bright = place(sum.a * u_gain);
    #if defined(VALUE)
    float at = clamp((sum.r / max(sum.a, 1e-30) - u_range.x) / (u_range.y - u_range.x), 0.0, 1.0);
    vec4 tone = vec4(colour(at).rgb, 1.0);
    float share = bright;
    #elif defined(TINT)
    vec4 tone = vec4(sum.rgb / max(sum.a, 1e-30), 1.0);
    float share = bright;
    #else
    vec4 tone = vec4(colour(bright).rgb, 1.0);
    float share = min(bright * 4.0, 1.0);
    #endif
    gl_FragColor = sum.a > 0.0 ? mix(u_background, tone, share) : u_background;
#endif
}
