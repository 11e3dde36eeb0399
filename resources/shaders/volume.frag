// One march through one field, or through two that are compared sample by sample.
uniform sampler3D u_field;
uniform float u_field_scale;   // stored values are divided by it
uniform vec3 u_field_shift;    // what brings a box position to texture coordinates
#if defined(DIFFERENCE) || defined(RATIO)
uniform sampler3D u_other;
uniform float u_other_scale;
uniform vec3 u_other_shift;
#endif
#if defined(OVERLAY)
uniform sampler3D u_overlay;
uniform float u_overlay_scale;
uniform vec3 u_overlay_shift;
#endif
uniform vec3 u_eye;            // box coordinates; with parallel rays their direction
uniform vec3 u_low;            // the kept part of the box
uniform vec3 u_high;
uniform float u_step;          // box lengths
uniform float u_sigma;         // optical depth per box length at full opacity
uniform float u_column_depth;  // box lengths that a mean column is counted over
uniform float u_jitter;        // 1 shifts each ray's samples by its own fraction of a step
varying vec3 v_position;

float field_at(vec3 p) {
    return texture3D(u_field, (p + u_field_shift).zyx).r * u_field_scale;
}

#if defined(DIFFERENCE) || defined(RATIO)
float other_at(vec3 p) {
    return texture3D(u_other, (p + u_other_shift).zyx).r * u_other_scale;
}
#endif

// Interleaved gradient noise: evenly spread over neighbouring pixels, so that it reads as grain.
float noise(vec2 pixel) {
    return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
}

void main() {
#if defined(PARALLEL)
    vec3 direction = u_eye;
    vec3 origin = v_position - 4.0 * direction;
#else
    vec3 direction = normalize(v_position - u_eye);
    vec3 origin = u_eye;
#endif
    vec3 safe = direction + vec3(lessThan(abs(direction), vec3(1e-7))) * 1e-7;
    vec3 one = (u_low - origin) / safe;
    vec3 two = (u_high - origin) / safe;
    vec3 near = min(one, two);
    vec3 far = max(one, two);
    float start = max(max(max(near.x, near.y), near.z), 0.0);
    float stop = min(min(far.x, far.y), far.z);
    if (stop - start < 1e-5)
        discard;

    int count = int(max(ceil((stop - start) / u_step - 0.01), 1.0));
    float ds = (stop - start) / float(count);
    float offset = mix(0.5, noise(gl_FragCoord.xy), u_jitter);
    vec3 p = origin + direction * (start + offset * ds);
    vec3 advance = direction * ds;

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

    for (int i = 0; i < count; i++) {
        float value = field_at(p);
#if defined(DIFFERENCE) || defined(RATIO)
        float other = other_at(p);
#endif
#if defined(OVERLAY)
        float over = texture3D(u_overlay, (p + u_overlay_shift).zyx).r * u_overlay_scale;
#endif

#if defined(DVR)
    #if defined(DIFFERENCE) || defined(RATIO)
        vec4 shade = colour(place(compared(value, other)));
    #else
        vec4 shade = colour(place(value));
    #endif
        float alpha = 1.0 - exp(-shade.a * u_sigma * ds);
        sum += (1.0 - sum.a) * alpha * vec4(shade.rgb, 1.0);
    #if defined(OVERLAY)
        vec4 tone = overlaid(over);
        float veil = 1.0 - exp(-tone.a * u_sigma * ds);
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
    float unit = ds / u_column_depth;
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
    gl_FragColor = vec4(shown, ds, float(count), 1.0);
#else
    vec3 tint = colour(place(shown)).rgb;
    #if defined(OVERLAY)
    vec4 tone = overlaid(strongest);
    tint = mix(tint, tone.rgb, tone.a);
    #endif
    gl_FragColor = vec4(tint, 1.0);
#endif
}
