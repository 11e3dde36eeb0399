// From added light to a picture: its logarithm or the like is the brightness, its mean value the colour.
uniform sampler2D u_light;     // value times weight, and weight
uniform float u_gain;          // brings the weight of a pixel to the column density over its mean
uniform vec2 u_range;          // values at the ends of the colour map
uniform vec3 u_background;
varying vec2 v_at;

void main() {
    vec4 sum = texture2D(u_light, v_at);
#if defined(RAW)
    gl_FragColor = sum;
#elif defined(OPAQUE)
    gl_FragColor = vec4(mix(u_background, sum.rgb, sum.a), 1.0);
#else
    if (sum.a <= 0.0) {
        gl_FragColor = vec4(u_background, 1.0);
        return;
    }
    float bright = place(sum.a * u_gain);
    #if defined(VALUE)
    float at = clamp((sum.r / sum.a - u_range.x) / (u_range.y - u_range.x), 0.0, 1.0);
    vec3 tone = mix(u_background, colour(at).rgb, bright);
    #elif defined(TINT)
    vec3 tone = mix(u_background, sum.rgb / sum.a, bright);
    #else
    vec3 tone = colour(bright).rgb;
    #endif
    gl_FragColor = vec4(tone, 1.0);
#endif
}
