"""Everything that is written and drawn over the fields, as one value: painted alike in the window and in files."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field

from backends.data.catalogue import Catalogue
from backends.data.view import ViewSettings
from widgets.theme import Theme
from widgets.views.cell import Cell
from widgets.views.legends import redshift
from widgets.views.tooling import Tooling
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat

Rectangle = tuple[int, int, int, int]
Halo = tuple[str, int]
"""A run's key, and a place in its catalogue."""
# A cell narrower or lower than this has room for its chip only.
SMALLEST = (146, 120)
# Pixels of a cell in which a short scale and a colour bar can still be read, where no cell has more.
LEGIBLE = (96, 88)
# Pixels that the axes take at the right of a cell's upper edge.
AXES_ROOM = 58
# Pixels that the chain takes of a run that keeps something to itself.
CHAIN_ROOM = 28


@dataclass(frozen=True)
class Sheet:
    """The grid as it is now.

    rectangles : one per cell, in pixels of the sheet
    limits : scaled range of the fields;  signed : ranges of the comparisons;  own : those of single runs' fields
    error : the error that an overlay shows in full colour
    turned : whether blinking views show the reference
    camera : gives a cell's camera by its key
    box_sizes : Mpc/h, one per cell;  box_size : of cells of which none is known
    mean_density : of matter, (Msun/h) / (Mpc/h)³, or None where it is not known
    hubble : H0 / (100 km/s/Mpc), or None where it is not known
    redshifts : one per cell, None where it is not known
    drawn : keys of the cells whose field is drawn
    notes : what a cell must say about how it is drawn, by the cell's key
    values : range of what particles are coloured by;  species : those that are told apart
    halo : the one whose ring lies under the pointer
    hovered, selected : keys of runs
    probed : whether the probed point is marked;  clear : whether there is no ground where nothing is drawn
    tooling : what the pointer and the tools have in hand
    """

    cells: tuple[Cell, ...]
    rectangles: tuple[Rectangle, ...]
    view: ViewSettings
    theme: Theme
    camera: Callable[[str], tuple[Orbit, Flat]]
    box_size: float = 1.0
    box_sizes: tuple[float | None, ...] = ()
    mean_density: float | None = None
    hubble: float | None = None
    redshifts: tuple[float | None, ...] = ()
    limits: tuple[float, float] = (-1.0, 1.0)
    signed: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    own: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    error: float = 1.0
    turned: bool = False
    catalogues: Mapping[Hashable, Catalogue] = field(default_factory=dict)
    drawn: frozenset[str] = frozenset()
    notes: Mapping[str, str] = field(default_factory=dict)
    values: tuple[float, float] = (0.0, 1.0)
    species: tuple[str, ...] = ()
    halo: Halo | None = None
    hovered: str = ""
    selected: str = ""
    probed: bool = True
    clear: bool = False
    tooling: Tooling = field(default_factory=Tooling)

    @property
    def redshift(self) -> float | None:
        """The redshift that all views show; None where they differ or it is not known."""
        known = {z for z in self.redshifts if z is not None}
        return known.pop() if len(known) == 1 else None

    def box_of(self, index: int) -> float:
        """Return the side of the box that the cell at that place shows, Mpc/h."""
        own = self.box_sizes[index] if len(self.box_sizes) == len(self.cells) else None
        return self.box_size if own is None else own

    @property
    def roomy(self) -> tuple[int, ...]:
        """Places of the cells that are drawn and have room for more than their chip."""
        return self._drawn_from(SMALLEST)

    @property
    def legible(self) -> tuple[int, ...]:
        """Places of the cells among which the scale and the colour bars are shown: no sheet is without them."""
        return self.roomy or self._drawn_from(LEGIBLE)

    def _drawn_from(self, least: tuple[int, int]) -> tuple[int, ...]:
        large = [width >= least[0] and height >= least[1] for _, _, width, height in self.rectangles]
        return tuple(i for i, cell in enumerate(self.cells) if cell.key in self.drawn and large[i])

    @property
    def with_axes(self) -> frozenset[str]:
        """Keys of the cells that show the axes: the first with room, and a pointed one with a camera of its own."""
        roomy = [self.cells[i] for i in self.roomy]
        own = (c.key for c in roomy if c.key == self.tooling.pointed and self.view.own_camera(c.run))
        return frozenset((*(cell.key for cell in roomy[:1]), *own))

    def head_of(self, cell: Cell, rectangle: Rectangle) -> Rectangle:
        """Return where a cell's name is written: beside the axes and the open chain, where it shows them."""
        x, y, width, height = rectangle
        axes = AXES_ROOM if cell.key in self.with_axes else 0
        chain = 0 if self.view.own_of(cell.run).shares_all else CHAIN_ROOM
        return x, y, width - axes - chain, height

    def note_of(self, cell: Cell) -> str:
        """Return what a cell must say about what it shows: how it is drawn, and its redshift where others differ."""
        notes = [self.notes.get(cell.key, "")]
        if self.redshift is None and len(self.redshifts) == len(self.cells):
            z = self.redshifts[self.cells.index(cell)]
            notes.append("" if z is None else redshift(z))
        return " · ".join(note for note in notes if note)

    def view_of(self, cell: Cell) -> ViewSettings:
        """Return the settings as that cell shows them: its run's own where it keeps some."""
        return self.view.seen_in(cell.key.partition(":")[0])  # also where it is ringed by another run's halos

    def limits_of(self, cell: Cell) -> tuple[float, float]:
        """Return the scaled range of that cell's field."""
        return self.own.get(cell.run, self.limits)
