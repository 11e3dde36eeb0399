// The surfaces on which the field has certain values, lit and seen through each other; where the box is cut through
// what they enclose, the cut shows the field itself.
uniform vec4 u_levels;     // in units of the mean, ascending; unused ones are beyond all values
uniform vec4 u_opacities;
uniform mat4 u_tints;      // a column each; its last number is 1 where the tint counts
uniform float u_cell;      // box lengths
uniform vec3 u_lamp;       // unit vector towards the lamp, which is fixed to the camera

const int HALVINGS = 5;
const int LEVELS = 4;

// Where between two distances, at which it lies on different sides of the level, the field takes it.
float refined(Ray r, float near, float far, float before, float after, float level) {
    before -= level;
    after -= level;
    for (int i = 0; i < HALVINGS; i++) {
        float middle = 0.5 * (near + far);
        float value = field_at(r.origin + r.direction * middle) - level;
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
float openness(vec3 p, vec3 normal, float level) {
    float hidden = 0.0;
    float reach = 1.5 * u_cell;
    float weight = 0.34;
    for (int i = 0; i < 4; i++) {
        vec3 q = p + normal * reach;
        float kept = float(all(greaterThan(q, u_low)) && all(lessThan(q, u_high)));
        hidden += weight * kept * smoothstep(0.3, 1.0, field_at(q) / level);
        reach *= 1.8;
        weight *= 0.85;
    }
    return 1.0 - min(hidden, 1.0);
}

#if defined(OVERLAY)
float overlaying(vec3 p) {
    #if defined(OVERLAY_ERROR)
    return abs(field_at(p) - overlay_at(p));
    #else
    return abs(overlay_at(p));
    #endif
}
#endif

// The lit colour of a surface at p, or of the face that cuts through what it encloses.
vec3 shaded(Ray r, vec3 p, vec3 outward, bool cut, float level, float opacity, vec4 own) {
    // Coloured by the highest of what lies right beneath, so that cores stand out from filaments.
    float value = field_at(p);
#if defined(OVERLAY)
    float over = overlaying(p);
#endif
#if defined(DIFFERENCE) || defined(RATIO)
    vec3 tint = colour(place(compared(value, other_at(p)))).rgb;
#endif
    for (int i = 1; i <= 2; i++) {
        vec3 beneath = p - outward * (cut ? 0.0 : float(i) * u_cell);
        value = max(value, field_at(beneath));
#if defined(OVERLAY)
        over = max(over, overlaying(beneath));
#endif
    }
#if !defined(DIFFERENCE) && !defined(RATIO)
    vec3 tint = colour(place(value)).rgb;
    if (own.w > 0.5 && !cut)
        tint = own.rgb;
#endif
#if defined(OVERLAY)
    vec4 tone = overlaid(over);
    tint = mix(tint, tone.rgb, tone.a);
#endif
    // Both sides are lit alike.
    vec3 normal = faceforward(outward, r.direction, outward);
    float facing = dot(normal, u_lamp);
    float lamp = pow(0.5 + 0.5 * facing, 1.6);
    // What is hardly seen casts no shadow, and is drawn the sooner.
    float open = opacity < 0.5 ? 0.85 : openness(p, outward, level);
    float glint = 0.10 * pow(max(dot(normal, normalize(u_lamp - r.direction)), 0.0), 24.0);
    float shade = 0.05 + 0.22 * open + 0.85 * lamp * (0.3 + 0.7 * open);
    // Light adds up in linear space; squares and roots come near enough.
    return min(sqrt(tint * tint * shade + glint * open), 1.0);
}

// What has been met along a ray: premultiplied colour, the light that still comes through, and where.
struct Seen {
    vec4 sum;
    float clear;
    float first;   // distance of the nearest surface
    float solid;   // distance at which more than half of what is behind is hidden
};

void meet(inout Seen seen, Ray r, float t, bool cut, float level, float opacity, vec4 own) {
    vec3 p = r.origin + r.direction * t;
    vec3 outward = cut ? r.face : outwards(p);
    // A thin shell hides more where it is seen from the side.
    float hides = opacity > 0.995 ? 1.0 : 1.0 - pow(1.0 - opacity, 1.0 / max(abs(dot(outward, r.direction)), 0.2));
    // What lies farther behind recedes into the background, as through haze.
    float behind = dot(p - 0.5 * (u_low + u_high), r.direction);
    float air = mix(1.0, 0.4, smoothstep(-0.6, 0.75, behind));
#if !defined(RAW)
    seen.sum += seen.clear * hides * air * vec4(shaded(r, p, outward, cut, level, opacity, own), 1.0);
#endif
    seen.clear *= 1.0 - hides;
    if (seen.first < 0.0)
        seen.first = t;
    if (seen.solid < 0.0 && seen.clear < 0.5)
        seen.solid = t;
}

void main() {
    Ray r = ray();
    if (r.stop - r.start < 1e-5)
        discard;

    Seen seen = Seen(vec4(0.0), 1.0, -1.0, -1.0);
    float before = field_at(r.origin + r.direction * r.start);
    // The eye may be inside the box, and then inside a surface: it looks at its back.
    if (before >= u_levels[0] && r.start > 0.0) {
        float level = u_levels[0];
        float opacity = u_opacities[0];
        for (int k = 1; k < LEVELS; k++)
            if (before >= u_levels[k]) {
                level = u_levels[k];
                opacity = max(opacity, u_opacities[k]);
            }
        meet(seen, r, r.start, true, level, opacity, vec4(0.0));
    }
    int i = 1;
    while (i <= r.count && seen.clear >= 0.004) {
        // On to the next step on which a level is crossed. It is a loop of its own, since what follows is dear.
        float after = before;
        bool crossed = false;
        while (i <= r.count && !crossed) {
            int until = r.count;
#if defined(SKIPS)
            until = min(i + u_block - 1, r.count);
            vec2 around = field_around(r.origin + r.direction * (r.start + (float(i) + 0.5 * float(u_block) - 1.0) * r.ds));
            // A level that lies between the lowest and the highest value is apart from them with different signs.
            if (all(greaterThan((u_levels - around.x) * (u_levels - around.y), vec4(0.0)))) {
                i = until + 1;
                before = field_at(r.origin + r.direction * (r.start + float(until) * r.ds));
            }
#endif
            for (; i <= until; i++) {
                after = field_at(r.origin + r.direction * (r.start + float(i) * r.ds));
                crossed = any(notEqual(lessThan(vec4(before), u_levels), lessThan(vec4(after), u_levels)));
                if (crossed)
                    break;
                before = after;
            }
        }
        if (!crossed)
            break;
        // The level that is crossed first; beyond it the search goes on in the same step.
        bool rises = after > before;
        int j = rises ? 0 : LEVELS - 1;
        for (int k = 1; k < LEVELS && (before < u_levels[j]) == (after < u_levels[j]); k++)
            j += rises ? 1 : -1;
        float level = u_levels[j];
        float here = r.start + float(i) * r.ds;
        float t = refined(r, here - r.ds, here, before, after, level);
        meet(seen, r, t, false, level, u_opacities[j], u_tints[j]);
        before = rises ? level : level * (1.0 - 1e-6);
    }
    if (seen.first < 0.0)
        discard;

#if defined(RAW)
    // Where the surface is that is seen: through faint shells, the one that hides what is behind it.
    float depth = seen.solid < 0.0 ? seen.first : seen.solid;
    #if defined(PARALLEL)
    depth = dot(r.origin + r.direction * depth, r.direction);
    #endif
    gl_FragColor = vec4(depth, r.ds, float(r.count), 1.0);
#else
    gl_FragColor = seen.sum;
#endif
}
