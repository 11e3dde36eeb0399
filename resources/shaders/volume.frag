// One march through one field, or through two that are compared sample by sample.
uniform float u_sigma;         // optical depth per box length at full opacity
uniform float u_column_depth;  // box lengths that a column is counted over, or 0 where that is its own length
uniform float u_column_least;  // box lengths: a shorter ray meets so little that its mean is mostly chance
uniform float u_jitter;        // 1 shifts each ray's samples by its own fraction of a step
uniform float u_turn;          // fraction of a step that all rays are shifted by in this one of several pictures
uniform vec2 u_corner;         // of the view, in pixels: two faces of one view have the same grain

#if defined(LIT)
uniform float u_cell;      // box lengths
uniform vec3 u_lamp;       // unit vector towards the lamp, which is fixed to the camera
uniform float u_light;     // how much of the shading is seen, in [0, 1]
uniform int u_together;    // samples along a ray that share their light

// What the light falls on: a density's logarithm, and of what is off how much it is off, whichever way.
float steepest(float off, float full) {
    return logarithm(max(abs(off), 0.03 * full));
}

float slope_of(vec3 p) {
#if defined(RATIO)
    float value = field_at(p);
    float other = other_at(p);
    return presence(value, other) * abs(compared(value, other));
#elif defined(DIFFERENCE)
    return steepest(compared(field_at(p), other_at(p)), u_limits.y);
#else
    return logarithm(max(field_at(p), 0.03));
#endif
}

#if defined(OVERLAY)
float overlay_slope_of(vec3 p) {
    #if defined(OVERLAY_DENSITY)
    return logarithm(max(overlay_at(p), 0.03));
    #elif defined(OVERLAY_ERROR)
    return steepest(field_at(p) - overlay_at(p), u_overlay_limits.y);
    #else
    return steepest(overlay_at(p), u_overlay_limits.y);
    #endif
}
#endif

// Four corners of a tetrahedron tell which way is out of what is dense.
const vec3 A = vec3(1, -1, -1), B = vec3(-1, -1, 1), C = vec3(-1, 1, -1), D = vec3(1, 1, 1);
#define AT(slope, p, corner) corner * slope(p + u_cell * corner)
#define RISE(slope, p) (u_cell * (AT(slope, p, A) + AT(slope, p, B) + AT(slope, p, C) + AT(slope, p, D)))

// What a few samples show, weighted by how much of each is seen, in the light at their weighted middle: light costs
// four samples, and where nothing is seen it costs them too, since the rays of a group go through the same motions.
vec3 lit(vec4 shown, vec3 rise) {
    float steep = length(rise) / u_cell;
    float facing = dot(rise, u_lamp) / (-u_cell * max(steep, 1e-6));
    // Where the density hardly changes there is nothing that light could fall on.
    float share = u_light * steep / (steep + 0.25);
    float bright = mix(1.0, 0.1 + 2.1 * pow(0.5 + 0.5 * facing, 1.8), share);
    // Beyond full light a colour grows whiter, and keeps its hue.
    return mix(shown.rgb * min(bright, 1.0), vec3(shown.a), 0.35 * max(bright - 1.0, 0.0));
}
#endif

#if defined(ATTENUATED)
uniform float u_attenuation;  // optical depth per box length at full brightness
uniform vec2 u_bright;        // scaled values at the ends of the field's own colour range

float brightness(float value) {
    return clamp((scaled(value) - u_bright.x) / (u_bright.y - u_bright.x), 0.0, 1.0);
}

// What is brightest once that in front of it has dimmed it: its dimmed brightness, its value, its place along the ray,
// the depth in front of it, and the depth so far.
struct Dimmed {
    float brightest;
    float value;
    float at;
    float behind;
    float depth;
};

const Dimmed NOTHING_SEEN = Dimmed(-1.0, 0.0, 0.0, 0.0, 0.0);

void dim(inout Dimmed seen, float value, float at, float ds) {
    float bright = brightness(value);
    float dimmed = bright * exp(-u_attenuation * seen.depth);
    if (dimmed > seen.brightest) {
        seen.brightest = dimmed;
        seen.value = value;
        seen.at = at;
        seen.behind = seen.depth;
    }
    seen.depth += bright * ds;
}
#endif

#if defined(MIP)
// From the highest sample up to what is highest around it: a peak lies between two samples, as often as not.
#define CLIMB(on, highest, place) { \
    float at = place; \
    for (float reach = 0.5; reach > 0.05; reach *= 0.5) { \
        float before = max(at - reach * r.ds, r.start); \
        float after = min(at + reach * r.ds, r.stop); \
        float one = on(before); \
        float two = on(after); \
        if (max(one, two) > highest) \
            at = one > two ? before : after; \
        highest = max(highest, max(one, two)); \
    } \
}
#define DISTANCE(steps) (r.start + (offset + (steps)) * r.ds)
#define FIELD_ON(t) field_at(r.origin + r.direction * (t))
#define OTHER_ON(t) other_at(r.origin + r.direction * (t))
#define OVERLAY_ON(t) overlay_at(r.origin + r.direction * (t))
// What is in front of a place near the sample that is seen is that in front of the sample, and what lies between.
#define BEHIND(t) (dimmed.behind + bright * ((t) - DISTANCE(dimmed.at)))
#define DIMMED_ON(t) brightness(FIELD_ON(t)) * exp(-u_attenuation * BEHIND(t))
#endif

#if defined(DVR)
float place_at(vec3 p) {
#if defined(DIFFERENCE) || defined(RATIO)
    return place(compared(field_at(p), other_at(p)));
#else
    return place(field_at(p));
#endif
}

#if defined(OVERLAY)
// What is laid over a volume: how strongly it was looked at, another density, or by how much the field is off.
float laid_over(float value, float over) {
#if defined(OVERLAY_ATTRIBUTION)
    return abs(over);
#elif defined(OVERLAY_ERROR)
    return value - over;
#else
    return over;
#endif
}
#endif
#endif

// Interleaved gradient noise: evenly spread over neighbouring pixels, so that it reads as grain.
float noise(vec2 pixel) {
    return fract(52.9829189 * fract(dot(pixel, vec2(0.06711056, 0.00583715))));
}

void main() {
    Ray r = ray();
    if (r.stop - r.start < 1e-5)
        discard;

    float offset = fract(mix(0.5, noise(gl_FragCoord.xy - u_corner), u_jitter) + u_turn);
    vec3 p = r.origin + r.direction * (r.start + offset * r.ds);
    vec3 advance = r.direction * r.ds;

#if defined(DVR)
    vec4 sum = vec4(0.0);
    float before = place_at(p);
    bool known = true;
    #if defined(OVERLAY)
    float over_before = overlay_place(laid_over(field_at(p), overlay_at(p)));
    #endif
#elif defined(COLUMN)
    float sum = 0.0;
    float other_sum = 0.0;
#else
    float highest = -1e30;
    float other_highest = -1e30;
    float highest_at = 0.0;   // steps
    float other_highest_at = 0.0;
#endif
#if defined(ATTENUATED)
    Dimmed dimmed = NOTHING_SEEN;
    Dimmed other_dimmed = NOTHING_SEEN;
    Dimmed over_dimmed = NOTHING_SEEN;
#endif
#if defined(OVERLAY) && !defined(DVR)
    // An attribution is seen at its strongest; a density, or what is off, as the field itself is.
    float over_seen = 0.0;
    float over_at = 0.0;   // steps
#endif

    int i = 0;
    while (i < r.count) {
        int until = r.count;
#if defined(SKIPS)
        until = min(i + u_block, r.count);
        vec3 middle = p + advance * (0.5 * float(u_block - 1));
        vec2 around = field_around(middle);
    #if defined(DIFFERENCE) || defined(RATIO)
        vec2 beside = other_around(middle);
    #endif
    #if defined(DVR) && (defined(DIFFERENCE) || defined(RATIO))
        bool empty = transparent(compared(around.x, beside.y), compared(around.y, beside.x));
        #if defined(RATIO)
        empty = empty || presence(around.y, beside.y) == 0.0;
        #endif
    #elif defined(DVR)
        bool empty = transparent(around.x, around.y);
    #elif defined(DIFFERENCE) || defined(RATIO)
        bool empty = around.y <= highest && beside.y <= other_highest;
    #else
        bool empty = around.y <= highest;
    #endif
        if (empty) {
            p += advance * float(until - i);
            i = until;
    #if defined(DVR)
            known = false;
        } else if (!known) {
            before = place_at(p - advance);
            known = true;
    #endif
        }
#endif
        while (i < until) {
            int stop = until;
#if defined(LIT)
            stop = min(i + u_together, until);
            vec4 shown = vec4(0.0);
            vec3 middle = vec3(0.0);
    #if defined(OVERLAY)
            vec4 over_shown = vec4(0.0);
            vec3 over_middle = vec3(0.0);
    #endif
#endif
            for (; i < stop; i++) {
                float value = field_at(p);
#if defined(DIFFERENCE) || defined(RATIO)
                float other = other_at(p);
#endif
#if defined(OVERLAY)
                float over = overlay_at(p);
    #if defined(DVR)
                over = laid_over(value, over);
    #elif defined(OVERLAY_ATTRIBUTION)
                over = abs(over);
    #endif
#endif

#if defined(DVR)
    #if defined(DIFFERENCE) || defined(RATIO)
                float here = place(compared(value, other));
    #else
                float here = place(value);
    #endif
                vec4 shade = crossed(u_lut, before, here);
                before = here;
    #if defined(RATIO)
                shade.a *= presence(value, other);
    #endif
                float seen = (1.0 - sum.a) * (1.0 - exp(-shade.a * u_sigma * r.ds));
    #if defined(LIT)
                shown += seen * vec4(shade.rgb, 1.0);
                middle += seen * p;
                sum.a += seen;
    #else
                sum += seen * vec4(shade.rgb, 1.0);
    #endif
    #if defined(OVERLAY)
                float over_here = overlay_place(over);
                vec4 tone = overlaid(over_before, over_here);
                over_before = over_here;
                float veil = (1.0 - sum.a) * (1.0 - exp(-tone.a * u_sigma * r.ds));
        #if defined(LIT)
                over_shown += veil * vec4(tone.rgb, 1.0);
                over_middle += veil * p;
                sum.a += veil;
        #else
                sum += veil * vec4(tone.rgb, 1.0);
        #endif
    #endif
                if (sum.a > 0.996)
                    i = r.count;  // nothing behind is seen
#else
    #if defined(COLUMN)
                sum += value;
        #if defined(DIFFERENCE) || defined(RATIO)
                other_sum += other;
        #endif
    #elif defined(ATTENUATED)
                dim(dimmed, value, float(i), r.ds);
        #if defined(DIFFERENCE) || defined(RATIO)
                dim(other_dimmed, other, float(i), r.ds);
        #endif
    #else
                if (value > highest) {
                    highest = value;
                    highest_at = float(i);
                }
        #if defined(DIFFERENCE) || defined(RATIO)
                if (other > other_highest) {
                    other_highest = other;
                    other_highest_at = float(i);
                }
        #endif
    #endif
    #if defined(OVERLAY)
        #if defined(COLUMN) && !defined(OVERLAY_ATTRIBUTION)
                over_seen += over;
        #elif defined(ATTENUATED) && !defined(OVERLAY_ATTRIBUTION)
                dim(over_dimmed, over, float(i), r.ds);
        #else
                if (over > over_seen) {
                    over_seen = over;
                    over_at = float(i);
                }
        #endif
    #endif
#endif
                p += advance;
            }
#if defined(LIT)
            middle /= max(shown.a, 1e-6);
            sum.rgb += lit(shown, RISE(slope_of, middle));
    #if defined(OVERLAY)
            over_middle /= max(over_shown.a, 1e-6);
            sum.rgb += lit(over_shown, RISE(overlay_slope_of, over_middle));
    #endif
#endif
        }
    }

#if defined(COLUMN)
    // Over their mean, columns are counted by their own length: how thick the box is here says nothing of what is in it.
    #if defined(RATIO)
    const bool mean = true;  // a ratio of masses is one of means
    #else
    bool mean = u_column_depth == 0.0;
    #endif
    // A short one meets so little that its mean is mostly chance: it counts for as much as it is long, and no rim is
    // noisier, or brighter, than the rest.
    float along = r.stop - r.start;
    #if defined(RAW) && !defined(DIFFERENCE) && !defined(RATIO)
    float unit = r.ds / (mean ? along : u_column_depth);
    #else
    float unit = r.ds / (mean ? max(along, u_column_least) : u_column_depth);
    #endif
    #if defined(RATIO)
    float shown = compared(sum * unit, other_sum * unit) * min(along / u_column_least, 1.0);
    #elif defined(DIFFERENCE)
    float shown = compared(sum * unit, other_sum * unit);
    #else
    float shown = sum * unit;
    #endif
#elif defined(MIP)
    #if defined(ATTENUATED)
    highest = dimmed.value;
    other_highest = other_dimmed.value;
    float bright = brightness(highest);
    CLIMB(DIMMED_ON, dimmed.brightest, DISTANCE(dimmed.at))
    #else
    CLIMB(FIELD_ON, highest, DISTANCE(highest_at))
        #if defined(DIFFERENCE) || defined(RATIO)
    CLIMB(OTHER_ON, other_highest, DISTANCE(other_highest_at))
        #endif
    #endif
    #if defined(DIFFERENCE) || defined(RATIO)
    float shown = compared(highest, other_highest);
    #else
    float shown = highest;
    #endif
#endif
#if defined(ATTENUATED) && !defined(DIFFERENCE) && !defined(RATIO)
    float at = dimmed.brightest;
#elif !defined(DVR)
    float at = place(shown);
#endif

#if defined(DVR)
    gl_FragColor = sum;
#elif defined(RAW)
    gl_FragColor = vec4(shown, r.ds, float(r.count), 1.0);
#else
    vec3 tint = colour(at).rgb;
    #if defined(OVERLAY)
        #if defined(COLUMN) && !defined(OVERLAY_ATTRIBUTION)
    over_seen *= unit;
        #endif
        #if defined(ATTENUATED) && !defined(OVERLAY_ATTRIBUTION)
    over_seen = over_dimmed.value;
        #elif defined(MIP) && !defined(OVERLAY_ATTRIBUTION)
    CLIMB(OVERLAY_ON, over_seen, DISTANCE(over_at))
        #endif
        #if defined(OVERLAY_ERROR) && defined(COLUMN)
    over_seen = sum * unit - over_seen;
        #elif defined(OVERLAY_ERROR)
    over_seen = highest - over_seen;
        #endif
    vec4 tone = overlaid(over_seen);
    tint = mix(tint, tone.rgb, tone.a);
    #endif
    #if defined(COLUMN)
    // And the rim ends in the ground.
    float fade = mean ? smoothstep(0.0, 0.3 * u_column_least, along) : 1.0;
    gl_FragColor = vec4(tint, 1.0) * fade;
    #else
    gl_FragColor = vec4(tint, 1.0);
    #endif
#endif
}
