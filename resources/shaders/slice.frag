// A slab's mean, coloured; periodic images of the box are dimmed.
uniform sampler2D u_field;
uniform vec2 u_field_shift;
#if defined(DIFFERENCE) || defined(RATIO)
uniform sampler2D u_other;
uniform vec2 u_other_shift;
#endif
#if defined(OVERLAY)
uniform sampler2D u_overlay;
uniform vec2 u_overlay_shift;
#endif
#if defined(BLEND_FIELD)
uniform sampler2D u_field_later;
uniform vec2 u_field_later_shift;
uniform float u_field_share;
#endif
#if defined(BLEND_OTHER)
uniform sampler2D u_other_later;
uniform vec2 u_other_later_shift;
uniform float u_other_share;
#endif
#if defined(BLEND_OVERLAY)
uniform sampler2D u_overlay_later;
uniform vec2 u_overlay_later_shift;
uniform float u_overlay_share;
#endif
uniform vec3 u_background;
varying vec2 v_at;    // box lengths, horizontal then vertical

void main() {
    float value = texture2D(u_field, (v_at + u_field_shift).yx).r;
#if defined(BLEND_FIELD)
    value = mix(value, texture2D(u_field_later, (v_at + u_field_later_shift).yx).r, u_field_share);
#endif
#if defined(OVERLAY)
    float over = texture2D(u_overlay, (v_at + u_overlay_shift).yx).r;
#if defined(BLEND_OVERLAY)
    over = mix(over, texture2D(u_overlay_later, (v_at + u_overlay_later_shift).yx).r, u_overlay_share);
#endif
    #if defined(OVERLAY_ERROR)
    over = value - over;
    #endif
#endif
#if defined(DIFFERENCE) || defined(RATIO)
    float other = texture2D(u_other, (v_at + u_other_shift).yx).r;
#if defined(BLEND_OTHER)
    other = mix(other, texture2D(u_other_later, (v_at + u_other_later_shift).yx).r, u_other_share);
#endif
    value = compared(value, other);
#endif
    vec3 tint = colour(place(value)).rgb;
#if defined(OVERLAY)
    vec4 tone = overlaid(over);
    tint = mix(tint, tone.rgb, tone.a);
#endif
    vec2 outside = max(max(-v_at, v_at - 1.0), 0.0);
    float image = step(1e-6, max(outside.x, outside.y));
    gl_FragColor = vec4(mix(tint, u_background, 0.55 * image), 1.0);
}
