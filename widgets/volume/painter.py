"""Draws one view box into whatever framebuffer is bound, at the quality it is told."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray
from vispy import gloo

from backends.data.view import TransferFunction, ViewSettings
from widgets.volume import averaging, bricks, faces, modes, transfer_function
from widgets.volume.camera import Orbit
from widgets.volume.canvas import Frame
from widgets.volume.costs import lit_together, ray_step
from widgets.volume.flat import PLANES, Flat
from widgets.volume.limits import Ranges
from widgets.volume.paged import Paged, table_texture
from widgets.volume.pane import Pane, Rectangle
from widgets.volume.programs import CHECKER, COPY, Kind, Noted, Programs
from widgets.volume.textures import FieldTexture, SlabTexture, brick_texture

# A cell of a slice that is drawn larger than this shows its edges.
NEAREST_ABOVE = 14.0
# Look-up tables that are kept: those of sixteen views, each with colours of its own.
MOST_TABLES = 64
# Until the values of its bricks are known, a field may have any in them.
UNBOUNDED = 1e30
Colour = tuple[float, ...]
# How a view comes over what is there, and a share of a picture into another one.
OVER, SHARED = ("one", "one_minus_src_alpha"), ("constant_alpha", "one_minus_constant_alpha")
# Of a comparison, of a field, and of a field under an overlay: made from a transfer function for a mode.
TABLES: Mapping[str, Callable[[TransferFunction, str], NDArray[np.float32]]] = {
    "signed": transfer_function.diverging,
    "field": lambda transfer, _: transfer_function.table(transfer),
    "under": lambda transfer, _: transfer_function.table(transfer, transfer_function.UNDER),
}


@dataclass(frozen=True)
class Look:
    """What all views share.

    limits : scaled range of the fields;  signed : (difference, ratio) ranges, symmetric
    own : scaled ranges of the runs that have colours of their own
    error : the one that is drawn with full colour; attributions come on a scale from 0 to 1 of their own
    background : where there is nothing
    skips : whether rays jump over the bricks that change nothing; the picture is the same without
    """

    view: ViewSettings = ViewSettings()
    orbit: Orbit = field(default_factory=Orbit)
    flat: Flat = field(default_factory=Flat)
    limits: tuple[float, float] = (-1.0, 1.0)
    signed: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    own: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    error: float = 1.0
    background: Colour = (0.0, 0.0, 0.016)
    skips: bool = True

    def ranged(self, found: Ranges) -> Look:
        """Return the look in these colour ranges."""
        fields = found.fields or self.limits
        return replace(self, limits=fields, own=found.own, signed=found.signed, error=found.error)

    def seen_in(self, run: str) -> Look:
        """Return the look of that run's views: its own colours and clipping where it keeps some."""
        if not self.view.own:
            return self
        return replace(self, view=self.view.seen_in(run), limits=self.own.get(run, self.limits))


@dataclass(frozen=True)
class Source:
    """The textures of one view, and what the field is measured in.

    box_size : Mpc/h
    later : of "field", "other" and "overlay" those that are mixed: the texture of a later time, and its share
    """

    field: Any
    other: Any = None
    overlay: Any = None
    box_size: float = 1.0
    comparison: str = "field"
    overlay_kind: str = "attribution"
    later: Mapping[str, tuple[Any, float]] = field(default_factory=dict)


@dataclass(frozen=True)
class Target:
    """Where a view is drawn to: pixels of the bound framebuffer, from its lower left corner.

    viewport : the view's rectangle
    tiles : the rectangles of it that are drawn, or none for all of it
    step : ray step in cells
    preview : whether large fields are drawn from their coarse textures
    raw : whether the shown number is written instead of a colour
    turn : which one this is of several pictures whose mean is seen
    """

    viewport: Rectangle
    tiles: tuple[Rectangle, ...] = ()
    step: float = 1.0
    preview: bool = False
    raw: bool = False
    turn: int = 0

    @property
    def parts(self) -> tuple[Rectangle, ...]:
        """The rectangles that are drawn."""
        return self.tiles or (self.viewport,)


def kind_of(look: Look, source: Source, raw: bool = False) -> Kind:
    """Return which program draws this view."""
    names = {"log": {"LOG"}, "asinh": {"ASINH"}}.get(look.view.scaling, set())
    if source.comparison != "field":
        names = names | {source.comparison.upper()}
    if source.overlay is not None:
        names = names | {"OVERLAY", f"OVERLAY_{source.overlay_kind.upper()}"}
    names = names | {f"BLEND_{name.upper()}" for name in source.later}
    if isinstance(source.field, SlabTexture):
        return "slice", frozenset(names)
    names = names | modes.features(look.view)
    names = names | ({"PARALLEL"} if look.orbit.parallel else set()) | ({"RAW"} if raw else set())
    if modes.skips(look.view, source.overlay is not None):
        names = names | {"SKIPS"}
    paged = {"FIELD": source.field, "OTHER": source.other}
    names = names | {f"PAGED_{name}" for name, kept in paged.items() if kept is not None and kept.paged}
    return {"iso": "surface", "plane": "plane"}.get(look.view.mode, "volume"), frozenset(names)


class Painter:
    """Holds the programs and the look-up tables; everything else comes with each call."""

    def __init__(self) -> None:
        self._compiled = Programs()
        self._programs: Programs | Noted = self._compiled
        self._tables: dict[Hashable, Any] = {}
        self._unknown = brick_texture(np.array([[[[-UNBOUNDED, UNBOUNDED]]]], np.float32))
        self._no_pages = Paged(table_texture(np.full((1, 1, 1, 4), -1.0, np.float32)), None, (1.0,) * 3, (1,) * 3, 1)
        self.table_uploads = 0

    @property
    def programs(self) -> Programs:
        """The programs, for what draws with others than fields."""
        return self._compiled

    def lacks(self, kind: Kind) -> bool:
        """Whether this program is not compiled yet."""
        return kind not in self._compiled

    def compile(self, kind: Kind) -> None:
        """Compile a program before it is drawn with."""
        self._compiled.program(kind)

    def textures(self, look: Look, source: Source) -> dict[str, Any]:
        """Return the textures that a view is drawn from, by the names that its program has for them."""
        self._programs = noted = Noted()
        try:
            self.paint(look, source, Target((0, 0, 1, 1)))
        finally:
            self._programs = self._compiled
        return noted.textures

    def _table(self, name: Hashable, make: Callable[[], NDArray[np.float32]]) -> Any:
        """Return a look-up table on the card; 16 kB a row are uploaded when one is seen for the first time."""
        if name not in self._tables:
            while len(self._tables) >= MOST_TABLES:
                self._tables.pop(next(iter(self._tables))).delete()
            self.table_uploads += 1
            table = make()
            table = table if table.ndim == 3 else table[None]
            kept = "rgba32f" if table.shape[-1] == 4 else "r32f"
            self._tables[name] = gloo.Texture2D(table, interpolation="linear", internalformat=kept)
        return self._tables[name]

    def _colour_table(self, mode: str, name: Hashable, make: Callable[[], NDArray[np.float32]]) -> Any:
        """Return a table of colours, within a volume with its means."""
        if mode == "dvr":
            return self._table((mode, name), lambda: transfer_function.means(make()))
        return self._table(name, make)

    def clear(self, rectangles: Sequence[Rectangle], colour: Colour) -> None:
        """Fill rectangles of the bound framebuffer; a colour may have a fourth number, its opacity."""
        gloo.set_state(scissor_test=True, blend=False)
        gloo.set_clear_color((*colour, 1.0)[:4])
        for rectangle in rectangles:
            gloo.set_scissor(*rectangle)
            gloo.clear(color=True, depth=False)
        gloo.set_state(scissor_test=False)

    def paint(self, look: Look, source: Source, target: Target) -> None:
        """Draw one view over what is there."""
        gloo.set_viewport(*target.viewport)
        gloo.set_state(scissor_test=True, blend=not target.raw)
        gloo.set_blend_func(*OVER)
        if isinstance(source.field, SlabTexture):
            self._paint_slice(look, source, target)
        else:
            self._paint_volume(look, source, target)
        gloo.set_state(scissor_test=False, blend=False)

    def copy(
        self,
        picture: Any,
        origin: tuple[float, float],
        extent: tuple[float, float],
        viewport: Rectangle,
        share: float | None = None,
        parts: Sequence[Rectangle] = (),
    ) -> None:
        """Bring a part of a finished picture to a rectangle of the bound framebuffer.

        Parameters
        ----------
        share : of what is seen then; the rest is what is there. None replaces it
        parts : where all else is left as it is, or none
        """
        gloo.set_viewport(*viewport)
        gloo.set_state(scissor_test=bool(parts), blend=share is not None)
        if share is not None:
            gloo.set_blend_color((share,) * 4)
            gloo.set_blend_func(*SHARED)
        program = self._programs.program(COPY)
        program["u_picture"] = picture
        self._programs.draw_rectangle(program, origin, extent, parts)
        gloo.set_state(scissor_test=False, blend=False)

    def enlarge(self, coarse: Frame, small: Rectangle, viewport: Rectangle) -> None:
        """Bring a view that is drawn small to its rectangle of the bound framebuffer, with no neighbour's pixels."""
        (x, y, width, height), (across, along) = small, coarse.size
        origin, extent = ((x + 0.5) / across, (y + 0.5) / along), ((width - 1) / across, (height - 1) / along)
        self.copy(coarse.texture, origin, extent, viewport)

    def reveal(self, frame: Frame, back: Pane, viewport: Rectangle, view: ViewSettings, turned: bool) -> None:
        """Bring the parts of a finished back that are seen over its front, which lies at the same place."""
        x, y, width, height = viewport
        if back.comparison == "wipe":
            hidden = faces.divider(view.wipe, width)
            x, width = x + hidden, width - hidden
        if width == 0 or (back.comparison == "blink" and not turned):
            return
        origin, extent = (x / frame.size[0], y / frame.size[1]), (width / frame.size[0], height / frame.size[1])
        if back.comparison != "checkerboard":
            self.copy(frame.texture, origin, extent, (x, y, width, height))
            return
        program = self._programs.program(CHECKER)
        gloo.set_viewport(*viewport)
        program["u_picture"] = frame.texture
        program["u_corner"] = (x, y + height)
        program["u_square"] = faces.side(view.squares, width, height)
        self._programs.draw_rectangle(program, origin, extent)

    def _colours(self, program: Any, look: Look, source: Source) -> None:
        signed, transfer, mode = source.comparison != "field", look.view.transfer, look.view.mode
        name = "signed" if signed else "field" if source.overlay is None else "under"
        make = partial(TABLES[name], transfer, mode)
        program["u_lut"] = self._colour_table(mode, (name, transfer), make)
        if mode == "dvr" and source.overlay is None:
            program["u_seen"] = self._table(("seen", name, transfer), lambda: transfer_function.seen(make()))
        program["u_limits"] = look.signed.get(source.comparison, (-1.0, 1.0)) if signed else look.limits
        if source.overlay is not None:
            kind, view = source.overlay_kind, look.view
            over = TransferFunction(view.overlay_map, transfer_function.over(kind, view))
            program["u_overlay_lut"] = self._colour_table(mode, ("over", over), lambda: transfer_function.table(over))
            full = {"attribution": 1.0, "error": look.error}
            program["u_overlay_limits"] = (0.0, full[kind]) if kind in full else look.limits
            program["u_overlay_opacity"] = view.overlay_opacity

    def _textures(
        self, kind: Kind, look: Look, source: Source, origin: tuple[float, ...], preview: bool = False
    ) -> None:
        program = self._programs.program(kind)
        named = {"field": source.field, "overlay": source.overlay}
        if source.comparison != "field":
            named["other"] = source.other
        for name, (later, share) in source.later.items():
            named[f"{name}_later"], program[f"u_{name}_share"] = later, share
        for name, kept in named.items():
            if kept is not None:
                drawn = kept.drawn(preview)
                # Textures repeat, as the box does: what is drawn from another corner is only shifted.
                shift = tuple(own + by for own, by in zip(drawn.shift, origin, strict=True))
                program[f"u_{name}"], program[f"u_{name}_shift"] = drawn.texture, shift
                if isinstance(kept, FieldTexture):
                    program[f"u_{name}_scale"] = drawn.scale
                    if "SKIPS" in kind[1] and not name.startswith("overlay"):
                        known = drawn.bricks is not None and look.skips
                        program[f"u_{name}_bricks"] = drawn.bricks if known else self._unknown
                        program[f"u_{name}_bricks_part"] = drawn.bricks_part
                    if name != "overlay" and kept.paged:
                        there = drawn.paged or self._no_pages
                        program[f"u_{name}_table"], program[f"u_{name}_atlas"] = (
                            there.table,
                            there.atlas or drawn.texture,
                        )
                        program[f"u_{name}_along"], program[f"u_{name}_slots"] = there.along, there.slots
                        program[f"u_{name}_side"] = there.side

    def _paint_slice(self, look: Look, source: Source, target: Target) -> None:
        kind = kind_of(look, source)
        program = self._programs.program(kind)
        self._colours(program, look, source)
        _, _, width, height = target.viewport
        across, along = look.flat.extent(width, height)
        pixels_per_cell = width / across / source.field.values.shape[0]
        for kept in (source.field, source.other, *(texture for texture, _ in source.later.values())):
            if kept is not None:
                kept.texture.interpolation = "nearest" if pixels_per_cell > NEAREST_ABOVE else "linear"
        self._textures(kind, look, source, tuple(look.view.origin[axis] for axis in PLANES[look.view.axis]))
        program["u_background"] = look.background[:3]
        origin = (look.flat.centre[0] - across / 2, look.flat.centre[1] - along / 2)
        self._programs.draw_rectangle(program, origin, (across, along), target.parts)

    def _paint_volume(self, look: Look, source: Source, target: Target) -> None:
        view = look.view
        surface = view.mode == "iso"
        kind = kind_of(look, source, target.raw)
        program = self._programs.program(kind)
        self._colours(program, look, source)
        self._textures(kind, look, source, view.origin, target.preview)
        _, _, width, height = target.viewport
        across, along, forwards = averaging.offsets(target.turn)
        shifted = averaging.shifted(look.orbit.matrix(width, height), (2 * across / width, 2 * along / height))
        program["u_matrix"] = shifted.T.astype(np.float32)
        program["u_eye"] = look.orbit.eye
        low, high = np.sort(np.asarray(view.clip, dtype=np.float64), axis=1).T
        program["u_low"], program["u_high"] = low, high
        drawn = source.field.drawn(target.preview)
        # To shift samples helps where they are added up with their opacity; others come nearer to each other instead.
        finer = 0.5 if target.turn and view.mode in ("column", "mip") else 1.0
        step = finer * ray_step(target.step, source.field.drawn().cells, drawn.cells, surface)
        program["u_step"] = step
        marched = (source.field, source.other, *(texture for texture, _ in source.later.values()))
        finest = max(kept.drawn(target.preview).cells for kept in marched if kept is not None)
        block = bricks.block(step, finest)
        if "SKIPS" in kind[1]:
            program["u_block"] = block
        if "LIT" in kind[1]:
            program["u_together"] = lit_together(step, block)
        told = modes.numbers(view, look.orbit, look.limits, source.box_size, drawn.cells)
        for name, value in told.items():
            program[name] = value
        if view.mode not in ("iso", "plane"):
            # A column over whole layers is exact; grain would only add noise to it.
            program["u_jitter"] = 1.0 if view.mode == "dvr" else 0.0
            program["u_corner"], program["u_turn"] = target.viewport[:2], forwards * (view.mode == "dvr")
        self._programs.draw_box(program, target.parts)
