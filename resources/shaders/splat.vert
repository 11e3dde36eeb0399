// One particle: where it lies on the screen, how large it is there, and its light.
uniform mat4 u_matrix;      // from box coordinates to clip coordinates
uniform vec4 u_viewport;    // of the view: lower left corner, width and height in pixels
uniform vec3 u_corner_at;   // the point of the periodic box that is drawn in its lower corner
uniform vec3 u_low;         // the kept part of the box
uniform vec3 u_high;
uniform vec3 u_centre;      // what the camera turns about
uniform vec3 u_away;        // unit vector from the viewer into the picture
uniform vec3 u_right;
uniform vec3 u_up;
uniform vec3 u_eye;         // the eye, or with parallel rays not used
uniform float u_reach;      // from the eye to the centre, box lengths; 0 with parallel rays
uniform vec2 u_weights;     // binary logarithms of the lightest weight, and of the heaviest over it
uniform vec2 u_radius;      // a fixed one, pixels; one in the box, as pixels at the centre
uniform float u_largest;    // pixels, of a point sprite
uniform float u_fastest;    // km/s of a velocity's full component
#if defined(MOVED)
uniform float u_share;      // of the way to where it is at a later time
uniform float u_fastest_later;
attribute vec4 a_packed_later;
#endif

attribute vec4 a_packed;    // position and weight, each 0 to 65535
#if defined(VALUE)
attribute float a_value;
    #if defined(MOVED)
attribute float a_value_later;
    #endif
#elif defined(VELOCITY)
attribute vec4 a_velocity;  // each -32767 to 32767
    #if defined(MOVED)
attribute vec4 a_velocity_later;
    #endif
#elif defined(TINT)
attribute vec4 a_tint;      // each 0 to 255
#endif
#if defined(QUADS)
attribute vec2 a_corner;    // (-1, -1) to (1, 1)
#endif

varying vec2 v_middle;      // pixels of the framebuffer
varying float v_radius;     // pixels
varying vec4 v_light;       // mean of what is shown times the weight, and the weight

vec3 hue(float turn) {
    // Three cosines a third of a turn apart: as bright in every direction.
    return 0.58 + 0.42 * cos(6.2831853 * (turn - vec3(0.0, 0.3333333, 0.6666667)));
}

void main() {
    vec3 at = (a_packed.xyz + 0.5) / 65536.0;
#if defined(MOVED)
    // The shorter way through the periodic box.
    vec3 way = (a_packed_later.xyz - a_packed.xyz) / 65536.0;
    at += u_share * (way - floor(way + 0.5));
#endif
    vec3 place = fract(at - u_corner_at);
    vec4 clip = u_matrix * vec4(place, 1.0);
    float nearness = 1.0;
    if (u_reach > 0.0)
        nearness = u_reach / max(clip.w, 1e-6);

    bool kept = all(greaterThanEqual(place, u_low)) && all(lessThanEqual(place, u_high));
    // What touches the eye would fill the view.
    if (!kept || clip.w <= 0.0 || nearness > 50.0) {
        v_middle = vec2(0.0);
        v_radius = 0.0;
        v_light = vec4(0.0);
        gl_Position = vec4(2.0, 2.0, 2.0, 1.0);
        gl_PointSize = 1.0;
        return;
    }

    float weight = exp2(u_weights.x + u_weights.y * a_packed.w / 65535.0);
#if defined(OPAQUE)
    float light = 1.0;
#else
    // Mass on a square of the sky: nearer it covers more pixels, so that each sees more of it.
    float light = weight * nearness * nearness;
#endif

#if defined(VALUE)
    float value = a_value;
    #if defined(MOVED)
    value = mix(value, a_value_later, u_share);
    #endif
    v_light = vec4(value, 0.0, 0.0, 1.0) * light;
#elif defined(VELOCITY)
    vec3 velocity = a_velocity.xyz * (u_fastest / 32767.0);
    #if defined(MOVED)
    velocity = mix(velocity, a_velocity_later.xyz * (u_fastest_later / 32767.0), u_share);
    #endif
    #if defined(ALONG)
    vec3 sight = u_reach > 0.0 ? normalize(place - u_eye) : u_away;
    v_light = vec4(dot(velocity, sight), 0.0, 0.0, 1.0) * light;
    #else
    vec2 across = vec2(dot(velocity, u_right), dot(velocity, u_up));
    float turn = atan(across.y, across.x + 1e-9) / 6.2831853;
    v_light = vec4(hue(turn), 1.0) * light;
    #endif
#elif defined(TINT)
    // A star weighs less than a hundredth of a dark particle: every species shines alike.
    #if !defined(OPAQUE)
    light *= a_tint.a * a_tint.a / 65025.0;
    #endif
    v_light = vec4(a_tint.rgb / 255.0, 1.0) * light;
#else
    v_light = vec4(0.0, 0.0, 0.0, light);
#endif

    v_radius = max(u_radius.x, u_radius.y * nearness);
    v_middle = u_viewport.xy + (clip.xy / clip.w * 0.5 + 0.5) * u_viewport.zw;
#if defined(OPAQUE)
    clip.z = dot(place - u_centre, u_away) * 0.25 * clip.w;
#else
    clip.z = 0.0;
#endif
#if defined(QUADS)
    clip.xy += a_corner * (2.0 * v_radius + 1.0) / u_viewport.zw * clip.w;
#else
    v_radius = min(v_radius, 0.5 * (u_largest - 1.0));
#endif
    gl_Position = clip;
    // The kernel, and half a pixel around it whose squares still touch it.
    gl_PointSize = 2.0 * v_radius + 1.0;
}
