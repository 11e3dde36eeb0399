// One march through one field, or through two that are compared sample by sample.
uniform float u_sigma;         // optical depth per box length at full opacity
uniform float u_column_depth;  // box lengths that a mean column is counted over
uniform float u_jitter;        // 1 shifts each ray's samples by its own fraction of a step

// Interleaved gradient noise: evenly spread over neighbouring pixels, so that it reads as grain.
float noise(vec2 pixel) {
    return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
}

void main() {
    Ray r = ray();
    if (r.stop - r.start < 1e-5)
        discard;

    float offset = mix(0.5, noise(gl_FragCoord.xy), u_jitter);
    vec3 p = r.origin + r.direction * (r.start + offset * r.ds);
    vec3 advance = r.direction * r.ds;

#if defined(DVR)
    vec4 sum = vec4(0.0);
#elif defined(COLUMN)
    float sum = 0.0;
    float other_sum = 0.0;
#else
    float highest = -1e30;
    float other_highest = -1e30;
#endif
#if defined(OVERLAY) && !defined(DVR)
    float strongest = 0.0;
#endif

    for (int i = 0; i < r.count; i++) {
        float value = field_at(p);
#if defined(DIFFERENCE) || defined(RATIO)
        float other = other_at(p);
#endif
#if defined(OVERLAY)
        float over = overlay_at(p);
#endif

#if defined(DVR)
    #if defined(DIFFERENCE) || defined(RATIO)
        vec4 shade = colour(place(compared(value, other)));
    #else
        vec4 shade = colour(place(value));
    #endif
        float alpha = 1.0 - exp(-shade.a * u_sigma * r.ds);
        sum += (1.0 - sum.a) * alpha * vec4(shade.rgb, 1.0);
    #if defined(OVERLAY)
        vec4 tone = overlaid(over);
        float veil = 1.0 - exp(-tone.a * u_sigma * r.ds);
        sum += (1.0 - sum.a) * veil * vec4(tone.rgb, 1.0);
    #endif
        if (sum.a > 0.996)
            break;
#else
    #if defined(COLUMN)
        sum += value;
        #if defined(DIFFERENCE) || defined(RATIO)
        other_sum += other;
        #endif
    #else
        highest = max(highest, value);
        #if defined(DIFFERENCE) || defined(RATIO)
        other_highest = max(other_highest, other);
        #endif
    #endif
    #if defined(OVERLAY)
        strongest = max(strongest, abs(over));
    #endif
#endif
        p += advance;
    }

#if defined(COLUMN)
    float unit = r.ds / u_column_depth;
    #if defined(DIFFERENCE) || defined(RATIO)
    float shown = compared(sum * unit, other_sum * unit);
    #else
    float shown = sum * unit;
    #endif
#elif defined(MIP)
    #if defined(DIFFERENCE) || defined(RATIO)
    float shown = compared(highest, other_highest);
    #else
    float shown = highest;
    #endif
#endif

#if defined(DVR)
    gl_FragColor = sum;
#elif defined(RAW)
    gl_FragColor = vec4(shown, r.ds, float(r.count), 1.0);
#else
    vec3 tint = colour(place(shown)).rgb;
    #if defined(OVERLAY)
    vec4 tone = overlaid(strongest);
    tint = mix(tint, tone.rgb, tone.a);
    #endif
    gl_FragColor = vec4(tint, 1.0);
#endif
}
