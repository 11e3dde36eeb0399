"""Draws with a program in another context before the canvas's own one does.

A software driver turns a program into machine code when it is drawn with for the first time: 60 to 200 ms, in which a
window would not answer. What it made it keeps on the disk, where another context finds it in a few milliseconds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import numpy as np
from vispy import gloo
from vispy.gloo.glir import convert_shader

from widgets.volume import swarm_card
from widgets.volume.passage import Carrier
from widgets.volume.programs import Kind, corners, source
from widgets.volume.textures import name_of

Blending = tuple[str, str]
"""Names of the factors of what is drawn and of what is there."""


class Attribute(NamedTuple):
    """What a program reads for each corner or particle."""

    numbers: int
    kind: np.dtype[Any]
    each: bool = False


FORMATS = {8: "GL_RGBA8", 16: "GL_RGBA16F", 32: "GL_RGBA32F"}
# No corner has more bytes.
MOST_BYTES = 16


@dataclass(frozen=True)
class Drawing:
    """What the machine code depends on, beside the program.

    textures : by the names that the program has for them
    blending : or None where what is there is replaced
    bits : of each of a drawn pixel's four numbers: 8, or 16 or 32 for floats
    attributes : by name, or none for those of volumes and rectangles; one of ``each`` belongs to a particle's square
    points : whether particles are points
    deep : whether what is drawn hides what lies behind it
    """

    textures: Mapping[str, Any] = field(default_factory=dict)
    blending: Blending | None = None
    bits: int = 8
    attributes: Mapping[str, Attribute] = field(default_factory=dict)
    points: bool = False
    deep: bool = False


class Rehearsal:
    """One program with all its drawings: taken along by a carrier, whose context shares the canvas's textures.

    The canvas's context must be current. Nothing is seen of it, and where it fails the canvas will say why.
    """

    def __init__(self, kind: Kind, drawings: Sequence[Drawing]) -> None:
        self.coarse_there = self.ended = self.unwanted = False
        self._sources = tuple(convert_shader("desktop", text) for text in source(*kind))
        name, values = corners(kind)
        self._corners = {name: Attribute(values.shape[1], values.dtype)}
        self._drawings = [(drawing, _named(drawing.textures)) for drawing in drawings]

    def steps(self) -> Iterator[bool]:
        """Draw all of it in one step: nothing else may be done in the context meanwhile."""
        from OpenGL import GL
        from OpenGL.error import Error

        with suppress(Error):
            for drawing, textures in self._drawings:
                # Compiled anew for each: a driver keeps machine code under what it was made from, and changes that.
                program = self._compiled(GL)
                with _frame(GL, drawing), _bound(GL, program, textures):
                    self._draw(GL, program, drawing)
                GL.glUseProgram(0)
                GL.glDeleteProgram(program)
        self.ended = True
        yield True

    def _compiled(self, gl: Any) -> int:
        program = int(gl.glCreateProgram())
        for stage, text in zip((gl.GL_VERTEX_SHADER, gl.GL_FRAGMENT_SHADER), self._sources, strict=True):
            shader = gl.glCreateShader(stage)
            gl.glShaderSource(shader, text)
            gl.glCompileShader(shader)
            gl.glAttachShader(program, shader)
            gl.glDeleteShader(shader)
        gl.glLinkProgram(program)
        gl.glUseProgram(program)
        return program

    def _draw(self, gl: Any, program: int, drawing: Drawing) -> None:
        """Draw what lies all in one point, so that no pixel is coloured, but for that everything is made ready."""
        buffer = int(gl.glGenBuffers(1))
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, buffer)
        gl.glBufferData(gl.GL_ARRAY_BUFFER, 4 * MOST_BYTES, np.zeros(4 * MOST_BYTES, np.uint8), gl.GL_STATIC_DRAW)
        told = (drawing.attributes or self._corners).items()
        read = {gl.glGetAttribLocation(program, name): attribute for name, attribute in told}
        read.pop(-1, None)  # a program may have no use for some
        for place, attribute in read.items():
            swarm_card.read(gl, place, attribute.numbers, attribute.kind)
            if attribute.each:
                gl.glVertexAttribDivisor(place, 1)
        if any(attribute.each for attribute in read.values()):
            gl.glDrawArraysInstanced(gl.GL_TRIANGLE_STRIP, 0, 4, 1)
        else:
            gl.glDrawArrays(gl.GL_POINTS if drawing.points else gl.GL_TRIANGLES, 0, 3)
        gl.glFinish()
        for place, attribute in read.items():
            gl.glDisableVertexAttribArray(place)
            if attribute.each:
                gl.glVertexAttribDivisor(place, 0)
        gl.glBindBuffer(gl.GL_ARRAY_BUFFER, 0)
        swarm_card.delete_buffer(buffer)


@contextmanager
def _frame(gl: Any, drawing: Drawing) -> Iterator[None]:
    """Draw into a picture like that which the canvas draws into, in the same way."""
    picture, frame = int(gl.glGenTextures(1)), int(gl.glGenFramebuffers(1))
    gl.glBindTexture(gl.GL_TEXTURE_2D, picture)
    gl.glTexImage2D(gl.GL_TEXTURE_2D, 0, getattr(gl, FORMATS[drawing.bits]), 3, 3, 0, gl.GL_RGBA, gl.GL_FLOAT, None)
    gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, frame)
    gl.glFramebufferTexture2D(gl.GL_FRAMEBUFFER, gl.GL_COLOR_ATTACHMENT0, gl.GL_TEXTURE_2D, picture, 0)
    depth = int(gl.glGenRenderbuffers(1)) if drawing.deep else 0
    if depth:
        gl.glBindRenderbuffer(gl.GL_RENDERBUFFER, depth)
        gl.glRenderbufferStorage(gl.GL_RENDERBUFFER, gl.GL_DEPTH_COMPONENT24, 3, 3)
        gl.glFramebufferRenderbuffer(gl.GL_FRAMEBUFFER, gl.GL_DEPTH_ATTACHMENT, gl.GL_RENDERBUFFER, depth)
        gl.glEnable(gl.GL_DEPTH_TEST)
        gl.glDepthFunc(gl.GL_LESS)
    gl.glViewport(0, 0, 3, 3)
    if drawing.bits == 8:  # to clear a part of a picture takes a program, too
        gl.glEnable(gl.GL_SCISSOR_TEST)
        gl.glScissor(0, 0, 1, 1)
        gl.glClear(gl.GL_COLOR_BUFFER_BIT)
        gl.glDisable(gl.GL_SCISSOR_TEST)
    if drawing.blending is not None:
        gl.glEnable(gl.GL_BLEND)
        gl.glBlendFunc(*(getattr(gl, f"GL_{factor.upper()}") for factor in drawing.blending))
    if drawing.points:
        swarm_card.draw_points(gl, True)
    yield
    swarm_card.draw_points(gl, False)
    gl.glDisable(gl.GL_BLEND)
    gl.glDisable(gl.GL_DEPTH_TEST)
    gl.glBindFramebuffer(gl.GL_FRAMEBUFFER, 0)
    gl.glDeleteFramebuffers(1, np.array([frame], np.uint32))
    gl.glDeleteTextures(1, np.array([picture], np.uint32))
    if depth:
        gl.glDeleteRenderbuffers(1, np.array([depth], np.uint32))


@contextmanager
def _bound(gl: Any, program: int, textures: Mapping[str, tuple[bool, int]]) -> Iterator[None]:
    """Draw from these textures."""
    units = [gl.GL_TEXTURE_3D if deep else gl.GL_TEXTURE_2D for deep, _ in textures.values()]
    for unit, (name, (_, texture)) in enumerate(textures.items()):
        gl.glActiveTexture(gl.GL_TEXTURE0 + unit)
        gl.glBindTexture(units[unit], texture)
        gl.glUniform1i(gl.glGetUniformLocation(program, name), unit)
    yield
    for unit, kind in enumerate(units):
        gl.glActiveTexture(gl.GL_TEXTURE0 + unit)
        gl.glBindTexture(kind, 0)
    gl.glActiveTexture(gl.GL_TEXTURE0)


def _named(textures: Mapping[str, Any]) -> dict[str, tuple[bool, int]]:
    """Return whether each texture has three dimensions, and OpenGL's name of it."""
    context = gloo.context.get_current_canvas().context
    for texture in textures.values():
        context.glir.associate(texture.glir)
    context.flush_commands()
    return {name: (isinstance(texture, gloo.Texture3D), name_of(texture)) for name, texture in textures.items()}


class Rehearsals:
    """Programs that are drawn with elsewhere before they are compiled here.

    Parameters
    ----------
    carrier : has the other context, or None where nobody waits for a program
    """

    def __init__(self, carrier: Carrier | None) -> None:
        self._carrier = carrier
        self._begun: dict[Kind, Rehearsal | None] = {}

    def begin(self, kind: Kind, drawings: Callable[[], Sequence[Drawing]]) -> None:
        """Have these drawn with a program, unless they were."""
        if kind in self._begun:
            return
        self._begun[kind] = None
        asked = drawings() if self._carrier is not None else ()
        if self._carrier is not None and asked:
            rehearsal = Rehearsal(kind, asked)
            self._begun[kind] = rehearsal if self._carrier.carry_first(rehearsal) else None

    def over(self, kind: Kind) -> bool:
        """Whether a program whose rehearsal was begun can be compiled here."""
        rehearsal = self._begun.get(kind)
        if rehearsal is not None and rehearsal.ended:
            self._begun[kind] = rehearsal = None  # with the textures that it held
        return rehearsal is None
