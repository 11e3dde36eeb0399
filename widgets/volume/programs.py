"""The shader programs: one source per purpose, one compiled program per set of features in use."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

import resources
from widgets.volume.pane import Rectangle

# (vertex stage, parts of the fragment stage), files of resources/shaders
SOURCES = {
    "volume": ("volume.vert", ("value.glsl", "ray.glsl", "volume.frag")),
    "surface": ("volume.vert", ("value.glsl", "ray.glsl", "surface.frag")),
    "plane": ("volume.vert", ("value.glsl", "ray.glsl", "plane.frag")),
    "slice": ("flat.vert", ("value.glsl", "slice.frag")),
    "copy": ("flat.vert", ("copy.frag",)),
    "checker": ("flat.vert", ("checker.frag",)),
    "splat": ("splat.vert", ("splat.frag",)),
    "tone": ("flat.vert", ("value.glsl", "tone.frag")),
}

# Two triangles per face, counter-clockwise seen from outside; a corner's number is 4x + 2y + z.
FACES = np.array(
    [
        [0, 1, 3], [0, 3, 2], [4, 6, 7], [4, 7, 5],
        [0, 4, 5], [0, 5, 1], [2, 3, 7], [2, 7, 6],
        [0, 2, 6], [0, 6, 4], [1, 5, 7], [1, 7, 3],
    ]
)  # fmt: skip
# The corners of all these triangles: (36, 3).
BOX = np.stack([FACES // 4, FACES // 2 % 2, FACES % 2], axis=-1).reshape(-1, 3).astype(np.float32)


Kind = tuple[str, frozenset[str]]
"""A purpose, and the features that are switched on."""

COPY: Kind = ("copy", frozenset())
CHECKER: Kind = ("checker", frozenset())


def source(purpose: str, features: frozenset[str]) -> tuple[str, str]:
    """Return the vertex and the fragment source with those features switched on."""
    vertex, fragments = SOURCES[purpose]
    switches = "".join(f"#define {name}\n" for name in sorted(features))
    read = {name: resources.path(f"shaders/{name}").read_text(encoding="utf-8") for name in (vertex, *fragments)}
    return switches + read[vertex], switches + "\n".join(read[name] for name in fragments)


QUAD = np.array([[0, 0], [1, 0], [0, 1], [1, 1]], dtype=np.float32)


def corners(kind: Kind) -> tuple[str, NDArray[np.float32]]:
    """Return the name of what a program of volumes or of rectangles reads for each corner, and the corners."""
    return ("a_position", BOX) if SOURCES[kind[0]][0] == "volume.vert" else ("a_corner", QUAD)


class Program(gloo.Program):  # type: ignore[misc]
    """A program that is told only what has changed.

    Most of what eight views tell the program that they share is the same for all; each number is a call of the driver,
    after each of which Python waits for its turn where other threads are at work.
    """

    def __init__(self, vertex: str, fragment: str) -> None:
        self._told: dict[str, Any] = {}
        super().__init__(vertex, fragment)

    def __setitem__(self, name: str, value: Any) -> None:
        told = value if hasattr(value, "glir") else np.asarray(value, dtype=np.float32).tobytes()
        if self._told.get(name) != told:
            self._told[name] = told
            super().__setitem__(name, value)


class Programs:
    """Compiled programs by purpose and features; all views of a kind share one."""

    def __init__(self) -> None:
        self._programs: dict[Kind, Any] = {}
        self._box = gloo.VertexBuffer(BOX)
        self._quad = gloo.VertexBuffer(QUAD)

    def __contains__(self, kind: Kind) -> bool:
        return kind in self._programs

    def program(self, kind: Kind) -> Any:
        """Return the program; a new one is compiled, which takes the driver tens of milliseconds."""
        if kind not in self._programs:
            program = Program(*source(*kind))
            vertex = SOURCES[kind[0]][0]
            if vertex == "volume.vert":
                program["a_position"] = self._box
            elif vertex == "flat.vert":
                program["a_corner"] = self._quad
            canvas = gloo.context.get_current_canvas()
            if canvas is not None:  # else vispy would compile it when it is first drawn with
                canvas.context.glir.associate(program.glir)
                canvas.context.flush_commands()
            self._programs[kind] = program
        return self._programs[kind]

    def draw_box(self, program: Any, parts: Sequence[Rectangle]) -> None:
        """Draw the box's far faces within these rectangles: each pixel once, also with the eye inside."""
        gloo.set_state(cull_face=True, depth_test=False)
        gloo.set_cull_face("front")
        draw_parts(program, "triangles", len(BOX), parts)
        gloo.set_state(cull_face=False)

    def draw_rectangle(
        self,
        program: Any,
        origin: tuple[float, float],
        extent: tuple[float, float],
        parts: Sequence[Rectangle] = (),
    ) -> None:
        """Fill the viewport, or these rectangles of it; ``origin`` and ``extent`` are interpolated over all of it."""
        program["u_origin"], program["u_extent"] = origin, extent
        gloo.set_state(cull_face=False, depth_test=False)
        draw_parts(program, "triangle_strip", len(QUAD), parts)


def draw_parts(program: Any, kind: str, corners: int, parts: Sequence[Rectangle]) -> None:
    """Draw so many corners within each of these rectangles, or with none without a care for them.

    Between two of them nothing but the rectangle changes. Vispy would look at everything again, and send it at once.
    """
    for part in parts[:1]:
        gloo.set_scissor(*part)
    program.draw(kind)
    told = gloo.get_current_canvas().context.glir
    for part in parts[1:]:
        told.command("FUNC", "glScissor", *part)
        told.command("DRAW", program.id, kind, (0, corners), 1)


class Noted:
    """Stands in for programs: draws nothing, and notes which textures would be drawn from."""

    def __init__(self) -> None:
        self.textures: dict[str, Any] = {}

    def program(self, _kind: Kind) -> Noted:
        """Return what is told everything that a program would be."""
        return self

    def __setitem__(self, name: str, value: Any) -> None:
        if isinstance(value, (gloo.Texture2D, gloo.Texture3D)):
            self.textures[name] = value

    def draw_box(self, program: Any, parts: Sequence[Rectangle]) -> None:
        """Draw nothing."""

    def draw_rectangle(
        self,
        program: Any,
        origin: tuple[float, float],
        extent: tuple[float, float],
        parts: Sequence[Rectangle] = (),
    ) -> None:
        """Draw nothing."""
