"""Particles on the graphics card, by OpenGL itself: buffers are filled in any thread, and drawn in the canvas's."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ctypes import c_void_p
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

CORNERS = np.array([[-1, -1], [1, -1], [-1, 1], [1, 1]], dtype=np.float32)
OWN = ("a_packed", "a_value", "a_velocity", "a_tint")
ATTRIBUTES = (*OWN, *(f"{name}_later" for name in OWN))


class Held(NamedTuple):
    """One attribute of a chunk on the card: OpenGL's name of its buffer, numbers a particle, and their type."""

    buffer: int
    numbers: int
    kind: np.dtype[Any]


class ArrayPassage:
    """One attribute of a chunk on its way into a buffer that has no storage yet."""

    coarse_there = False

    def __init__(self, array: NDArray[np.generic], buffer: int) -> None:
        self._array: NDArray[np.generic] | None = array
        self.held = Held(buffer, array.shape[1] if array.ndim > 1 else 1, array.dtype)
        self.there = self.ended = self.unwanted = False
        self.refused = ""

    def steps(self) -> Iterator[bool]:
        """Upload it in one step, in a current context."""
        from OpenGL import GL

        array = self._array
        try:
            if array is not None and not self.unwanted:
                GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self.held.buffer)
                GL.glBufferData(GL.GL_ARRAY_BUFFER, array.nbytes, np.ascontiguousarray(array), GL.GL_STATIC_DRAW)
                GL.glBindBuffer(GL.GL_ARRAY_BUFFER, 0)
                GL.glFinish()
                self.there = True
        except GL.GLError as refused:
            self.refused = f"the graphics card has no room for all particles ({refused.err})"
        finally:
            self.ended, self._array = True, None
        yield False


def new_buffer() -> int:
    """Return OpenGL's name of a new buffer; the canvas's context must be current."""
    from OpenGL import GL

    return int(GL.glGenBuffers(1))


def delete_buffer(buffer: int) -> None:
    """Free the card's memory."""
    from OpenGL import GL

    GL.glDeleteBuffers(1, np.array([buffer], dtype=np.uint32))


def largest_point() -> float:
    """Return the side, in pixels, at which the driver cuts point sprites."""
    from OpenGL import GL

    return float(GL.glGetFloatv(GL.GL_ALIASED_POINT_SIZE_RANGE)[1])


def draws_instances() -> bool:
    """Whether one small shape can be drawn for every particle."""
    from OpenGL import GL

    return bool(GL.glDrawArraysInstanced) and bool(GL.glVertexAttribDivisor)


def draw_points(gl: Any, on: bool) -> None:
    """Let points be squares of any size, or no more: a driver makes other machine code of all programs meanwhile."""
    for feature in (gl.GL_VERTEX_PROGRAM_POINT_SIZE, gl.GL_POINT_SPRITE):
        (gl.glEnable if on else gl.glDisable)(feature)


def read(gl: Any, place: int, numbers: int, kind: np.dtype[Any], first: int = 0) -> None:
    """Let an attribute be read from the bound buffer, from that particle on.

    PyOpenGL's own function keeps the pointer by what it holds to be the context; where Qt draws through EGL on an X
    server it looks for one of GLX, in vain.
    """
    from OpenGL.raw.GL.VERSION.GL_2_0 import glVertexAttribPointer

    kinds = {"uint16": gl.GL_UNSIGNED_SHORT, "int16": gl.GL_SHORT, "uint8": gl.GL_UNSIGNED_BYTE}
    start = c_void_p(first * numbers * kind.itemsize)
    gl.glEnableVertexAttribArray(place)
    glVertexAttribPointer(place, numbers, kinds.get(kind.name, gl.GL_FLOAT), gl.GL_FALSE, 0, start)


class Brush:
    """Draws chunks with a program of vispy's, whose own buffers hold nothing but float32.

    Parameters
    ----------
    program : whose uniforms are set
    quads : whether it draws a square of any size for every particle, and no point sprite
    """

    def __init__(self, program: Any, quads: bool) -> None:
        from OpenGL import GL

        context = gloo.context.get_current_canvas().context
        context.flush_commands()
        self._gl, self._quads = GL, quads
        self._program = context.shared.parser.get_object(program.id)
        self._program.activate()
        for target, texture, unit in self._program._samplers.values():
            GL.glActiveTexture(GL.GL_TEXTURE0 + unit)
            GL.glBindTexture(target, texture)
        names = (*ATTRIBUTES, "a_corner")
        self._places = {name: int(GL.glGetAttribLocation(self._program.handle, name)) for name in names}
        if not quads:
            draw_points(GL, True)
        self._corners = new_buffer() if quads else 0
        if quads:
            GL.glBindBuffer(GL.GL_ARRAY_BUFFER, self._corners)
            GL.glBufferData(GL.GL_ARRAY_BUFFER, CORNERS.nbytes, CORNERS, GL.GL_STATIC_DRAW)
            self._read("a_corner", Held(self._corners, 2, CORNERS.dtype), 0, 0)

    def draw(self, attributes: Mapping[str, Held], first: int, count: int) -> None:
        """Draw some particles of a chunk."""
        for name, held in attributes.items():
            self._read(name, held, first, 1)
        if self._quads:
            self._gl.glDrawArraysInstanced(self._gl.GL_TRIANGLE_STRIP, 0, len(CORNERS), count)
        else:
            self._gl.glDrawArrays(self._gl.GL_POINTS, 0, count)

    def _read(self, name: str, held: Held, first: int, divisor: int) -> None:
        """Let an attribute be read from a buffer, from that particle on."""
        gl, place = self._gl, self._places[name]
        if place < 0:
            return
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, held.buffer)
        read(gl, place, held.numbers, held.kind, first)
        if self._quads:
            gl.glVertexAttribDivisor(place, divisor)

    def close(self) -> None:
        """Leave OpenGL as vispy expects it."""
        for place in (place for place in self._places.values() if place >= 0):
            if self._quads:
                self._gl.glVertexAttribDivisor(place, 0)
            self._gl.glDisableVertexAttribArray(place)
        if not self._quads:
            draw_points(self._gl, False)
        self._gl.glBindBuffer(self._gl.GL_ARRAY_BUFFER, 0)
        self._gl.glBindTexture(self._gl.GL_TEXTURE_2D, 0)
        if self._corners:
            delete_buffer(self._corners)
