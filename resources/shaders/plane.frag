// A plane of any orientation through the box, coloured by what lies within its thickness.
uniform vec3 u_normal;         // unit vector
uniform float u_position;      // of the plane from the box's middle, along the normal
uniform float u_thickness;     // box lengths

#if defined(HIGHEST)
#define TAKEN(all, one) max(all, one)
#define NOTHING -1e30
#else
#define TAKEN(all, one) ((all) + (one))
#define NOTHING 0.0
#endif

void main() {
    Ray r = ray();
    float slope = dot(r.direction, u_normal);
    if (r.stop - r.start < 1e-6 || abs(slope) < 1e-5)
        discard;
    float t = (u_position - dot(r.origin - 0.5, u_normal)) / slope;
    if (t < r.start || t > r.stop)
        discard;
    vec3 middle = r.origin + r.direction * t;

    // Along the normal, as far as the plane is thick and the kept part of the box reaches.
    vec3 safe = u_normal + vec3(lessThan(abs(u_normal), vec3(1e-7))) * 1e-7;
    vec3 one = (u_low - middle) / safe;
    vec3 two = (u_high - middle) / safe;
    vec3 near = min(one, two);
    vec3 far = max(one, two);
    float start = max(max(max(near.x, near.y), near.z), -0.5 * u_thickness);
    float stop = min(min(min(far.x, far.y), far.z), 0.5 * u_thickness);
    int count = int(max(ceil((stop - start) / u_step - 0.01), 1.0));
    float ds = (stop - start) / float(count);
    vec3 p = middle + u_normal * (start + 0.5 * ds);

    float value = NOTHING;
    float other = NOTHING;
    float over = NOTHING;
    for (int i = 0; i < count; i++) {
        value = TAKEN(value, field_at(p));
#if defined(DIFFERENCE) || defined(RATIO)
        other = TAKEN(other, other_at(p));
#endif
#if defined(OVERLAY_ATTRIBUTION)
        over = max(over, abs(overlay_at(p)));
#elif defined(OVERLAY)
        over = TAKEN(over, overlay_at(p));
#endif
        p += u_normal * ds;
    }
#if !defined(HIGHEST)
    value /= float(count);
    other /= float(count);
    #if defined(OVERLAY) && !defined(OVERLAY_ATTRIBUTION)
    over /= float(count);
    #endif
#endif
#if defined(OVERLAY_ERROR)
    over = value - over;
#endif
#if defined(DIFFERENCE) || defined(RATIO)
    float shown = compared(value, other);
#else
    float shown = value;
#endif
#if defined(RAW)
    gl_FragColor = vec4(shown, ds, float(count), 1.0);
#else
    vec3 tint = colour(place(shown)).rgb;
    #if defined(OVERLAY)
    vec4 tone = overlaid(over);
    tint = mix(tint, tone.rgb, tone.a);
    #endif
    gl_FragColor = vec4(tint, 1.0);
#endif
}
