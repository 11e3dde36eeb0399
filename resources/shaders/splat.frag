// A particle's share of one pixel: its kernel integrated over the pixel, so that all shares add up to one.
uniform sampler2D u_lut;
uniform vec2 u_range;      // values at the ends of the colour map
uniform vec3 u_lamp;       // unit vector to the lamp, in the view's own right, up and towards

varying vec2 v_middle;
varying float v_radius;
varying vec4 v_light;

const float ROUND = 3.0;   // pixels; from here on the kernel is round and taken at the pixel's middle

// Integral of 35 / 32 (1 - t t) (1 - t t) (1 - t t) from -1 on.
vec2 below(vec2 t) {
    vec2 x = clamp(t, -1.0, 1.0);
    vec2 q = x * x;
    return 0.5 + 1.09375 * x * (1.0 + q * (-1.0 + q * (0.6 - q * 0.14285714)));
}

void main() {
    vec2 apart = gl_FragCoord.xy - v_middle;
#if defined(OPAQUE)
    float edge = max(v_radius, 0.5);
    float out2 = dot(apart, apart) / (edge * edge);
    if (v_radius > 0.75 && out2 > 1.0)
        discard;
    float lit = 1.0;
    if (v_radius > 1.5)
        lit = 0.35 + 0.65 * max(dot(vec3(apart / edge, sqrt(max(1.0 - out2, 0.0))), u_lamp), 0.0);
    #if defined(VALUE) || defined(ALONG)
    float at = clamp((v_light.r - u_range.x) / (u_range.y - u_range.x), 0.0, 1.0);
    vec3 tone = texture2D(u_lut, vec2((at * 1023.0 + 0.5) / 1024.0, 0.5)).rgb;
    #else
    vec3 tone = v_light.rgb;
    #endif
    gl_FragColor = vec4(tone * lit, 1.0);
#else
    float share;
    if (v_radius > ROUND) {
        float q = max(1.0 - dot(apart, apart) / (v_radius * v_radius), 0.0);
        share = 1.27323954 * q * q * q / (v_radius * v_radius);
    } else {
        float inverse = 1.0 / max(v_radius, 1e-3);
        vec2 both = below((apart + 0.5) * inverse) - below((apart - 0.5) * inverse);
        share = both.x * both.y;
    }
    gl_FragColor = v_light * share;
#endif
}
