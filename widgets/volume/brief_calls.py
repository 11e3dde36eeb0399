"""Calls of OpenGL that keep Python's interpreter, where giving it away costs more than the call.

ctypes lets other threads run during every call, and then waits for them to give the interpreter back. A picture of
eight views has some four hundred calls; most of them only note a number, and each would wait for a thread that
computes, and that the system lets run last. Calls that wait, compile or copy still let others run, and so do all of
other threads, which draw with PyOpenGL.
"""

from __future__ import annotations

import ctypes
import sys
from functools import cache
from typing import Any

BRIEF = (
    *("glActive", "glBind", "glBlend", "glClear", "glColorMask", "glCull", "glDepth", "glDisable", "glDraw"),
    *("glEnable", "glFlush", "glFront", "glGetAttribLocation", "glGetUniformLocation", "glIsEnabled", "glPixelStore"),
    *("glScissor", "glTexParameter", "glUniform", "glUseProgram", "glVertexAttrib", "glViewport"),
)
"""How their names begin."""


@cache
def keep_interpreter() -> None:
    """Let vispy make its brief calls so, from now on; on Windows, whose calls are of another kind, nothing changes."""
    from vispy.gloo.gl import _gl2, gl2

    if sys.platform == "win32" or gl2._lib is None:
        return
    find, held = _gl2._get_gl_func, ctypes.PyDLL(None, handle=gl2._lib._handle)

    def get(name: str, restype: Any, argtypes: Any) -> Any:
        if not name.startswith(BRIEF):
            return find(name, restype, argtypes)
        function = getattr(held, name)
        function.restype, function.argtypes = restype, argtypes
        return function

    _gl2._get_gl_func = get
    for call in [call for name, call in vars(_gl2).items() if name.startswith(BRIEF)]:
        vars(call).pop("_native", None)  # vispy remembers what it has found
