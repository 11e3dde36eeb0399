"""Draws one view box into whatever framebuffer is bound, at the quality it is told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from backends.data.view import ViewSettings
from widgets.volume import transfer_function
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat
from widgets.volume.pane import Rectangle
from widgets.volume.programs import COPY, Kind, Programs
from widgets.volume.textures import FieldTexture, SlabTexture

# A cell of a slice that is drawn larger than this shows its edges.
NEAREST_ABOVE = 14.0
SURFACE_STEP = 0.5
Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Look:
    """What all views share.

    limits : scaled range of the fields;  signed : (difference, ratio) ranges, symmetric
    overlay_limit : value of an overlay that is drawn with full colour
    background : where there is nothing
    """

    view: ViewSettings = ViewSettings()
    orbit: Orbit = field(default_factory=Orbit)
    flat: Flat = field(default_factory=Flat)
    limits: tuple[float, float] = (-1.0, 1.0)
    signed: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    overlay_limit: float = 1.0
    background: Colour = (0.0, 0.0, 0.016)


@dataclass(frozen=True)
class Source:
    """The textures of one view, and what the field is measured in.

    box_size : Mpc/h
    """

    field: Any
    other: Any = None
    overlay: Any = None
    box_size: float = 1.0
    comparison: str = "field"


@dataclass(frozen=True)
class Target:
    """Where a view is drawn to: pixels of the bound framebuffer, from its lower left corner.

    viewport : the view's rectangle
    scissor : the part of it that is drawn, or None for all
    step : ray step in cells
    preview : whether large fields are drawn from their coarse textures
    raw : whether the shown number is written instead of a colour
    """

    viewport: Rectangle
    scissor: Rectangle | None = None
    step: float = 1.0
    preview: bool = False
    raw: bool = False


def ray_step(step: float, cells: int, drawn_cells: int, surface: bool = False) -> float:
    """Return a ray's step in box lengths: so many cells, but no shorter than a cell of what is drawn from.

    A surface is searched more finely at rest: a dense cell between two samples would be missed.
    """
    length = max(step / cells, 1.0 / drawn_cells) if step >= 1.0 else step / cells
    return length * SURFACE_STEP if surface and step <= 1.0 else length


def kind_of(look: Look, source: Source, raw: bool = False) -> Kind:
    """Return which program draws this view."""
    names = {"log": {"LOG"}, "asinh": {"ASINH"}}.get(look.view.scaling, set())
    if source.comparison != "field":
        names = names | {source.comparison.upper()}
    if source.overlay is not None:
        names = names | {"OVERLAY"}
    if isinstance(source.field, SlabTexture):
        return "slice", frozenset(names)
    surface = look.view.mode == "iso"
    names = names | (set() if surface else {look.view.mode.upper()})
    names = names | ({"PARALLEL"} if look.orbit.parallel else set()) | ({"RAW"} if raw else set())
    return "surface" if surface else "volume", frozenset(names)


class Painter:
    """Holds the programs and the look-up tables; everything else comes with each call."""

    def __init__(self) -> None:
        self._programs = Programs()
        self._tables: dict[str, Any] = {}
        self._transfer: object = None
        self.table_uploads = 0

    def lacks(self, kind: Kind) -> bool:
        """Whether this program is not compiled yet."""
        return kind not in self._programs

    def compile(self, kind: Kind) -> None:
        """Compile a program before it is drawn with."""
        self._programs.program(kind)

    def prepare(self, look: Look) -> None:
        """Bring the look-up tables up to date; 16 kB each, and only when they changed."""
        if self._transfer != look.view.transfer:
            self._upload("field", transfer_function.table(look.view.transfer))
            self._upload("under", transfer_function.table(look.view.transfer, transfer_function.UNDER))
            self._upload("signed", transfer_function.diverging(look.view.transfer))
            self._transfer = look.view.transfer
        if "overlay" not in self._tables:
            self._upload("overlay", transfer_function.overlay())

    def _upload(self, name: str, table: NDArray[np.float32]) -> None:
        self.table_uploads += 1
        if name in self._tables:
            self._tables[name].set_data(table[None])
        else:
            self._tables[name] = gloo.Texture2D(table[None], interpolation="linear", internalformat="rgba32f")

    def clear(self, rectangle: Rectangle, colour: Colour) -> None:
        """Fill a rectangle of the bound framebuffer."""
        gloo.set_state(scissor_test=True, blend=False)
        gloo.set_scissor(*rectangle)
        gloo.clear(color=(*colour, 1.0), depth=False)
        gloo.set_state(scissor_test=False)

    def paint(self, look: Look, source: Source, target: Target) -> None:
        """Draw one view over what is there."""
        gloo.set_viewport(*target.viewport)
        gloo.set_state(scissor_test=True, blend=not target.raw)
        gloo.set_blend_func("one", "one_minus_src_alpha")
        gloo.set_scissor(*(target.scissor or target.viewport))
        if isinstance(source.field, SlabTexture):
            self._paint_slice(look, source, target)
        else:
            self._paint_volume(look, source, target)
        gloo.set_state(scissor_test=False, blend=False)

    def copy(self, picture: Any, origin: tuple[float, float], extent: tuple[float, float], viewport: Rectangle) -> None:
        """Bring a part of a finished picture to a rectangle of the bound framebuffer."""
        gloo.set_viewport(*viewport)
        gloo.set_state(scissor_test=False, blend=False)
        program = self._programs.program(COPY)
        program["u_picture"] = picture
        self._programs.draw_rectangle(program, origin, extent)

    def _colours(self, program: Any, look: Look, source: Source) -> None:
        signed = source.comparison != "field"
        under = "field" if source.overlay is None else "under"
        program["u_lut"] = self._tables["signed" if signed else under]
        program["u_limits"] = look.signed.get(source.comparison, (-1.0, 1.0)) if signed else look.limits
        if source.overlay is not None:
            program["u_overlay_lut"] = self._tables["overlay"]
            program["u_overlay_limit"] = look.overlay_limit
            program["u_overlay_opacity"] = look.view.overlay_opacity

    def _textures(self, program: Any, source: Source, preview: bool = False) -> None:
        named = {"field": source.field, "overlay": source.overlay}
        if source.comparison != "field":
            named["other"] = source.other
        for name, kept in named.items():
            if kept is not None:
                drawn = kept.drawn(preview)
                program[f"u_{name}"], program[f"u_{name}_shift"] = drawn.texture, drawn.shift
                if isinstance(kept, FieldTexture):
                    program[f"u_{name}_scale"] = drawn.scale

    def _paint_slice(self, look: Look, source: Source, target: Target) -> None:
        program = self._programs.program(kind_of(look, source))
        self._colours(program, look, source)
        _, _, width, height = target.viewport
        across, along = look.flat.extent(width, height)
        pixels_per_cell = width / across / source.field.values.shape[0]
        for kept in (source.field, source.other):
            if kept is not None:
                kept.texture.interpolation = "nearest" if pixels_per_cell > NEAREST_ABOVE else "linear"
        self._textures(program, source)
        program["u_background"] = look.background
        origin = (look.flat.centre[0] - across / 2, look.flat.centre[1] - along / 2)
        self._programs.draw_rectangle(program, origin, (across, along))

    def _paint_volume(self, look: Look, source: Source, target: Target) -> None:
        view = look.view
        surface = view.mode == "iso"
        program = self._programs.program(kind_of(look, source, target.raw))
        self._colours(program, look, source)
        self._textures(program, source, target.preview)
        _, _, width, height = target.viewport
        program["u_matrix"] = look.orbit.matrix(width, height).T.astype(np.float32)
        program["u_eye"] = look.orbit.eye
        low, high = np.sort(np.asarray(view.clip, dtype=np.float64), axis=1).T
        program["u_low"], program["u_high"] = low, high
        drawn = source.field.drawn(target.preview)
        program["u_step"] = ray_step(target.step, source.field.drawn().cells, drawn.cells, surface)
        if surface:
            program["u_level"], program["u_cell"] = view.iso_level, 1.0 / drawn.cells
            program["u_light"] = look.orbit.lamp
            self._programs.draw_box(program)
            return
        if view.mode == "dvr":
            program["u_sigma"] = view.opacity * source.box_size
        if view.mode == "column":
            program["u_column_depth"] = max(float((high - low).min()), 1e-6)
        # A column over whole layers is exact; grain would only add noise to it.
        program["u_jitter"] = 1.0 if view.mode == "dvr" else 0.0
        self._programs.draw_box(program)
