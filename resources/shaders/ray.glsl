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
uniform vec3 u_eye;            // box coordinates; with parallel rays their direction
uniform vec3 u_low;            // the kept part of the box
uniform vec3 u_high;
uniform float u_step;          // box lengths
varying vec3 v_position;

float field_at(vec3 p) {
    return texture3D(u_field, (p + u_field_shift).zyx).r * u_field_scale;
}

#if defined(DIFFERENCE) || defined(RATIO)
float other_at(vec3 p) {
    return texture3D(u_other, (p + u_other_shift).zyx).r * u_other_scale;
}
#endif

#if defined(OVERLAY)
float overlay_at(vec3 p) {
    return texture3D(u_overlay, (p + u_overlay_shift).zyx).r * u_overlay_scale;
}
#endif

#if defined(SKIPS)
// Bricks of cells, each with the lowest and the highest value in it and in the cells around it.
uniform sampler3D u_field_bricks;
uniform vec3 u_field_bricks_along;   // bricks along the box; the last one may be a part of one
#if defined(DIFFERENCE) || defined(RATIO)
uniform sampler3D u_other_bricks;
uniform vec3 u_other_bricks_along;
#endif

// Lowest and highest stored value near p, a position in a texture, and how far they hold in this direction.
vec3 brick_at(sampler3D bricks, vec3 along, vec3 p, vec3 direction) {
    vec3 count = ceil(along);
    vec3 place = fract(p) * along;
    vec3 brick = min(floor(place), count - 1.0);
    vec3 safe = direction + vec3(lessThan(abs(direction), vec3(1e-7))) * 1e-7;
    vec3 edge = mix(brick, min(brick + 1.0, along), vec3(greaterThan(safe, vec3(0.0))));
    vec3 leaves = (edge - place) / (safe * along);
    vec2 extremes = texture3D(bricks, ((brick + 0.5) / count).zyx).rg;
    return vec3(extremes, max(min(min(leaves.x, leaves.y), leaves.z), 0.0));
}

vec3 field_brick(vec3 p, vec3 direction) {
    vec3 found = brick_at(u_field_bricks, u_field_bricks_along, p + u_field_shift, direction);
    return vec3(found.xy * u_field_scale, found.z);
}

#if defined(DIFFERENCE) || defined(RATIO)
vec3 other_brick(vec3 p, vec3 direction) {
    vec3 found = brick_at(u_other_bricks, u_other_bricks_along, p + u_other_shift, direction);
    return vec3(found.xy * u_other_scale, found.z);
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
