// The squares of a finished picture that belong to the face behind; the others stay as they are.
uniform sampler2D u_picture;
uniform vec2 u_corner;    // upper left corner of the view, in pixels that count upwards
uniform float u_square;   // pixels
varying vec2 v_at;

void main() {
    vec2 square = floor(vec2(gl_FragCoord.x - u_corner.x, u_corner.y - gl_FragCoord.y) / u_square);
    if (mod(square.x + square.y, 2.0) < 0.5)
        discard;
    gl_FragColor = vec4(texture2D(u_picture, v_at).rgb, 1.0);
}
