"""Which calls of OpenGL keep the interpreter: those of a picture do, and those that wait for it do not."""

from __future__ import annotations

from PyQt6.QtWidgets import QApplication
from vispy import gloo
from vispy.gloo.gl import _gl2
from window_scene import window_scene

from widgets.volume.brief_calls import BRIEF

KEEPS = 4
"""ctypes' own flag of functions that are called with the interpreter held."""


def keeps(name: str) -> bool:
    return bool(getattr(_gl2, name)._native._flags_ & KEEPS)


def test_only_brief_calls_keep_the_interpreter(qapp: QApplication) -> None:
    with window_scene((40, 30)) as scene:
        scene.renew()
        scene.present()
        gloo.gl.glFinish()
        gloo.read_pixels((0, 0, 4, 4))
    asked = {name for name, call in vars(_gl2).items() if name.startswith("gl") and hasattr(call, "_native")}
    assert {"glClear", "glViewport", "glFinish", "glReadPixels"} <= asked
    assert {name for name in asked if keeps(name)} == {name for name in asked if name.startswith(BRIEF)}
    waiting = ("glFinish", "glReadPixels", "glCompileShader", "glLinkProgram", "glTexImage2D", "glBufferData")
    assert not any(name.startswith(BRIEF) for name in waiting)
