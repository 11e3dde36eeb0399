// The box's faces, in box coordinates; rays are made in the fragment stage from the interpolated position.
uniform mat4 u_matrix;
attribute vec3 a_position;
varying vec3 v_position;

void main() {
    v_position = a_position;
    gl_Position = u_matrix * vec4(a_position, 1.0);
}
