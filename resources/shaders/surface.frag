// The surface on which the field has one value, lit; where the box is cut through it, the cut shows the field itself.
uniform float u_level;     // in units of the mean
uniform float u_cell;      // box lengths
uniform vec3 u_light;      // unit vector towards the lamp, which is fixed to the camera

const int HALVINGS = 5;

// Where between two distances, at which it lies on different sides of the level, the field takes it.
float refined(Ray r, float near, float far, float before, float after) {
    for (int i = 0; i < HALVINGS; i++) {
        float middle = 0.5 * (near + far);
        float value = field_at(r.origin + r.direction * middle) - u_level;
        if ((value < 0.0) == (before < 0.0)) {
            near = middle;
            before = value;
        } else {
            far = middle;
            after = value;
        }
    }
    return mix(near, far, clamp(before / (before - after), 0.0, 1.0));
}

// The way out of what is dense. Logarithms keep one dense cell from deciding alone.
vec3 outwards(vec3 p) {
    vec3 normal = vec3(0.0);
    for (int axis = 0; axis < 3; axis++) {
        vec3 apart = u_cell * vec3(axis == 0, axis == 1, axis == 2);
        float before = logarithm(max(field_at(p - apart), 1e-3));
        float after = logarithm(max(field_at(p + apart), 1e-3));
        normal += (before - after) * apart;
    }
    return normal / max(length(normal), 1e-12);
}

// How much of the sky over a point is free of what is denser than the level, in [0, 1].
float openness(vec3 p, vec3 normal) {
    float hidden = 0.0;
    float reach = 1.5 * u_cell;
    float weight = 0.34;
    for (int i = 0; i < 4; i++) {
        vec3 q = p + normal * reach;
        float kept = float(all(greaterThan(q, u_low)) && all(lessThan(q, u_high)));
        hidden += weight * kept * smoothstep(0.3, 1.0, field_at(q) / u_level);
        reach *= 1.8;
        weight *= 0.85;
    }
    return 1.0 - min(hidden, 1.0);
}

void main() {
    Ray r = ray();
    if (r.stop - r.start < 1e-5)
        discard;

    float before = field_at(r.origin + r.direction * r.start) - u_level;
    // The eye may be inside the box, and then inside the surface: it looks at its back.
    bool cut = before >= 0.0 && r.start > 0.0;
    float t = cut ? r.start : -1.0;
    for (int i = 1; i <= r.count; i++) {
        if (t >= 0.0)
            break;
        float here = r.start + float(i) * r.ds;
        float after = field_at(r.origin + r.direction * here) - u_level;
        if ((after < 0.0) != (before < 0.0))
            t = refined(r, here - r.ds, here, before, after);
        before = after;
    }
    if (t < 0.0)
        discard;
    vec3 p = r.origin + r.direction * t;

#if defined(RAW)
    #if defined(PARALLEL)
    float depth = dot(p, r.direction);
    #else
    float depth = t;
    #endif
    gl_FragColor = vec4(depth, r.ds, float(r.count), 1.0);
#else
    vec3 outward = cut ? r.face : outwards(p);

    // Coloured by the highest of what lies right beneath, so that cores stand out from filaments.
    float value = field_at(p);
    #if defined(OVERLAY)
    float over = abs(overlay_at(p));
    #endif
    #if defined(DIFFERENCE) || defined(RATIO)
    vec3 tint = colour(place(compared(value, other_at(p)))).rgb;
    #endif
    for (int i = 1; i <= 2; i++) {
        vec3 beneath = p - outward * (cut ? 0.0 : float(i) * u_cell);
        value = max(value, field_at(beneath));
    #if defined(OVERLAY)
        over = max(over, abs(overlay_at(beneath)));
    #endif
    }
    #if !defined(DIFFERENCE) && !defined(RATIO)
    vec3 tint = colour(place(value)).rgb;
    #endif
    #if defined(OVERLAY)
    vec4 tone = overlaid(over);
    tint = mix(tint, tone.rgb, tone.a);
    #endif

    // Both sides are lit alike.
    vec3 normal = faceforward(outward, r.direction, outward);
    float facing = dot(normal, u_light);
    float lamp = pow(0.5 + 0.5 * facing, 1.6);
    float open = openness(p, outward);
    float glint = 0.10 * pow(max(dot(normal, normalize(u_light - r.direction)), 0.0), 24.0);
    float shade = 0.05 + 0.22 * open + 0.85 * lamp * (0.3 + 0.7 * open);
    // Light adds up in linear space; squares and roots come near enough.
    vec3 lit = min(sqrt(tint * tint * shade + glint * open), 1.0);
    // What lies farther behind recedes into the background, as through haze.
    float behind = dot(p - 0.5 * (u_low + u_high), r.direction);
    float clear = mix(1.0, 0.4, smoothstep(-0.6, 0.75, behind));
    gl_FragColor = vec4(lit, 1.0) * clear;
#endif
}
