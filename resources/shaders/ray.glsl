// A ray through the kept part of the box, and the fields that it meets.
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
#if defined(BLEND_FIELD)
uniform sampler3D u_field_later;     // the same at a later time
uniform float u_field_later_scale;
uniform vec3 u_field_later_shift;
uniform float u_field_share;         // of the way to it, in scale factor
#endif
#if defined(BLEND_OTHER)
uniform sampler3D u_other_later;     // the same at a later time
uniform float u_other_later_scale;
uniform vec3 u_other_later_shift;
uniform float u_other_share;         // of the way to it, in scale factor
#endif
#if defined(BLEND_OVERLAY)
uniform sampler3D u_overlay_later;     // the same at a later time
uniform float u_overlay_later_scale;
uniform vec3 u_overlay_later_shift;
uniform float u_overlay_share;         // of the way to it, in scale factor
#endif
uniform vec3 u_eye;            // box coordinates; with parallel rays their direction
uniform vec3 u_low;            // the kept part of the box
uniform vec3 u_high;
uniform float u_step;          // box lengths
varying vec3 v_position;

#if defined(PAGED_FIELD) || defined(PAGED_OTHER)
// A sample of a field of which the card has the means, and finer pages where the table says so.
float paged(sampler3D means, sampler3D table, sampler3D atlas, vec3 along, vec3 slots, float side, vec3 p) {
    vec3 place = fract(p) * along;
    vec3 count = ceil(along);
    vec3 finest = min(floor(place), count - 1.0);
    vec4 found = texture3D(table, ((finest + 0.5) / count).zyx);
    float covers = exp2(floor(max(found.a, 0.0) + 0.5));
    vec3 within = place / covers - floor(finest / covers);
    vec3 at = (found.xyz * (side + 2.0) + 1.0 + within * side) / (slots * (side + 2.0));
    float fine = texture3D(atlas, at.zyx).r;
    return found.a < 0.0 ? texture3D(means, p.zyx).r : fine;
}
#endif
#if defined(PAGED_FIELD)
uniform sampler3D u_field_table;
uniform sampler3D u_field_atlas;
uniform vec3 u_field_along;    // pages along the box
uniform vec3 u_field_slots;
uniform float u_field_side;    // cells of a page
#endif
#if defined(PAGED_OTHER)
uniform sampler3D u_other_table;
uniform sampler3D u_other_atlas;
uniform vec3 u_other_along;
uniform vec3 u_other_slots;
uniform float u_other_side;
#endif

#if defined(BLEND_FIELD) || defined(BLEND_OTHER) || defined(BLEND_OVERLAY)
// Density between two times: linear in scale factor, as matter gathers while it grows linearly.
float blended(float now, sampler3D later, vec3 p, float scale, float share) {
    return mix(now, texture3D(later, p.zyx).r * scale, share);
}
#endif

float field_at(vec3 p) {
#if defined(BLEND_FIELD)
    float now = texture3D(u_field, (p + u_field_shift).zyx).r * u_field_scale;
    return blended(now, u_field_later, p + u_field_later_shift, u_field_later_scale, u_field_share);
#elif defined(PAGED_FIELD)
    return paged(u_field, u_field_table, u_field_atlas, u_field_along, u_field_slots, u_field_side, p + u_field_shift)
        * u_field_scale;
#else
    return texture3D(u_field, (p + u_field_shift).zyx).r * u_field_scale;
#endif
}

#if defined(DIFFERENCE) || defined(RATIO)
float other_at(vec3 p) {
#if defined(BLEND_OTHER)
    float now = texture3D(u_other, (p + u_other_shift).zyx).r * u_other_scale;
    return blended(now, u_other_later, p + u_other_later_shift, u_other_later_scale, u_other_share);
#elif defined(PAGED_OTHER)
    return paged(u_other, u_other_table, u_other_atlas, u_other_along, u_other_slots, u_other_side, p + u_other_shift)
        * u_other_scale;
#else
    return texture3D(u_other, (p + u_other_shift).zyx).r * u_other_scale;
#endif
}
#endif

#if defined(OVERLAY)
float overlay_at(vec3 p) {
    float now = texture3D(u_overlay, (p + u_overlay_shift).zyx).r * u_overlay_scale;
#if defined(BLEND_OVERLAY)
    return blended(now, u_overlay_later, p + u_overlay_later_shift, u_overlay_later_scale, u_overlay_share);
#else
    return now;
#endif
}
#endif

#if defined(SKIPS)
// Lowest and highest value that samples around a place can have; samples are taken or left by blocks, so that
// neighbouring rays stay together.
uniform int u_block;                // steps whose samples all lie around their middle
uniform sampler3D u_field_bricks;
uniform vec3 u_field_bricks_part;   // of their texture that is the box
#if defined(DIFFERENCE) || defined(RATIO)
uniform sampler3D u_other_bricks;
uniform vec3 u_other_bricks_part;
#endif

#if defined(BLEND_FIELD)
uniform sampler3D u_field_later_bricks;
uniform vec3 u_field_later_bricks_part;
#endif
#if defined(BLEND_OTHER)
uniform sampler3D u_other_later_bricks;
uniform vec3 u_other_later_bricks_part;
#endif

vec2 field_around(vec3 p) {
    vec2 now = texture3D(u_field_bricks, (fract(p + u_field_shift) * u_field_bricks_part).zyx).rg;
#if defined(BLEND_FIELD)
    // What is mixed lies between what both can be, mixed alike.
    vec3 at = fract(p + u_field_later_shift) * u_field_later_bricks_part;
    return mix(now, texture3D(u_field_later_bricks, at.zyx).rg, u_field_share);
#else
    return now;
#endif
}

#if defined(DIFFERENCE) || defined(RATIO)
vec2 other_around(vec3 p) {
    vec2 now = texture3D(u_other_bricks, (fract(p + u_other_shift) * u_other_bricks_part).zyx).rg;
#if defined(BLEND_OTHER)
    vec3 at = fract(p + u_other_later_shift) * u_other_later_bricks_part;
    return mix(now, texture3D(u_other_later_bricks, at.zyx).rg, u_other_share);
#else
    return now;
#endif
}
#endif
#endif

// Where the ray of this pixel begins and ends, how often it is sampled, and the normal of the face it enters by.
struct Ray {
    vec3 origin;
    vec3 direction;
    float start;
    float stop;
    int count;
    float ds;
    vec3 face;
};

Ray ray() {
    Ray r;
#if defined(PARALLEL)
    r.direction = u_eye;
    r.origin = v_position - 4.0 * r.direction;
#else
    r.direction = normalize(v_position - u_eye);
    r.origin = u_eye;
#endif
    vec3 safe = r.direction + vec3(lessThan(abs(r.direction), vec3(1e-7))) * 1e-7;
    vec3 one = (u_low - r.origin) / safe;
    vec3 two = (u_high - r.origin) / safe;
    vec3 near = min(one, two);
    vec3 far = max(one, two);
    float entry = max(max(near.x, near.y), near.z);
    r.face = -sign(safe) * vec3(greaterThanEqual(near, vec3(entry)));
    r.start = max(entry, 0.0);
    r.stop = min(min(far.x, far.y), far.z);
    r.count = int(max(ceil((r.stop - r.start) / u_step - 0.01), 1.0));
    r.ds = (r.stop - r.start) / float(r.count);
    return r;
}
