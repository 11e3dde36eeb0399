// A rectangle over the whole viewport.
uniform vec2 u_origin;    // at its lower left corner, in whatever u_extent counts
uniform vec2 u_extent;
attribute vec2 a_corner;  // (0, 0) to (1, 1)
varying vec2 v_at;

void main() {
    v_at = u_origin + a_corner * u_extent;
    gl_Position = vec4(a_corner * 2.0 - 1.0, 0.0, 1.0);
}
