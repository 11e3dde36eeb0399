"""Which axes of an array are the mesh, and what its other axes can be."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from backends.errors import WrongCall

SMALLEST = {3: 4, 2: 8}
"""Cells a side below which an array is taken for a table."""

SHORTEST_LINE = 16
"""Cells of a line of sight below which an array is taken for a table."""

MOST_OFFERED = 16
"""Slots of one array that become runs; the others are reached by their number."""

SELECTOR = re.compile(r"^(?P<name>.*?)(?:\[(?P<selector>[\d:,]+)\])?$")

NAMED = re.compile(r"skewer|sightline|lyman|lya(?![a-z])")
"""What the name of a file or an array says where its rows are lines of sight."""

D3M_TRAINING, D3M_TEST, D3M_CELLS, D3M_BOX = 10, 6, 32, 128.0
"""Channels of D3M's training and test files, cells a side, and the box of all of them in Mpc/h."""

CASE = re.compile(r"^(?:cases/(?P<number>\d{1,18})/(?P<name>.*)|(?P<alone>\d{1,18}))$")


@dataclass(frozen=True)
class Layout:
    """How an array's axes are to be read.

    dimensions : 2 or 3 equal axes are the mesh; 1 of lines of sight, one a row
    n : cells a side
    leading : lengths of the other axes: samples first, components last
    components_last : whether the components stand behind the mesh in the file, as networks like it
    lines : of one dimension, how many there are
    """

    dimensions: int
    n: int
    leading: tuple[int, ...] = ()
    components_last: bool = False
    lines: int = 1

    @property
    def mesh(self) -> tuple[int, ...]:
        """The shape of what is read as one field: (n, n, n), (n, n) or (lines, n)."""
        return (self.lines, self.n) if self.dimensions == 1 else (self.n,) * self.dimensions


@dataclass(frozen=True)
class Slot:
    """One field in an array: where it is on the leading axes, and what its place alone says of it."""

    selector: tuple[int | slice, ...]
    label: str = ""
    quantity: str | None = None
    role: str = "prediction"

    @property
    def is_vector(self) -> bool:
        return any(isinstance(step, slice) for step in self.selector)

    def member(self, name: str) -> str:
        """The member name that finds this slot again, e.g. ``"fields[2,0:3]"``."""
        steps = [f"{s.start}:{s.stop}" if isinstance(s, slice) else str(s) for s in self.selector]
        return f"{name}[{','.join(steps)}]" if steps else name


def layout_of(shape: Sequence[int]) -> Layout | None:
    """Find the mesh in a shape: (…, N, N, N), (…, N, N, N, C), (…, N, N); None where there is none."""
    shape = tuple(int(n) for n in shape)
    if 0 in shape:
        return None
    for dimensions, smallest in SMALLEST.items():
        mesh = shape[-dimensions:]
        if len(shape) >= dimensions and len(set(mesh)) == 1 and mesh[0] >= smallest:
            return Layout(dimensions, mesh[0], shape[:-dimensions])
        mesh = shape[-dimensions - 1 : -1]
        few = shape[-1] if shape else 0
        if len(mesh) == dimensions and len(set(mesh)) == 1 and mesh[0] >= smallest and few <= MOST_OFFERED:
            return Layout(dimensions, mesh[0], (*shape[: -dimensions - 1], few), components_last=True)
    return None


def lines_in(shape: Sequence[int], told: bool) -> Layout | None:
    """Read a shape as lines of sight: (n,) or (1, n) is one; (lines, n) only where ``told`` that it is no table."""
    *others, n = (1, *(int(n) for n in shape))
    lines = [count for count in others if count != 1]
    if n < SHORTEST_LINE or 0 in lines or len(shape) > 2 or (lines and not told):
        return None
    return Layout(1, n, lines=lines[0] if lines else 1)


def names_lines(name: str) -> bool:
    """Whether a file or an array is called as lines of sight are."""
    return NAMED.search(name.lower()) is not None


def slots(layout: Layout, with_velocity: bool = False) -> tuple[Slot, ...]:
    """Name the first fields that an array holds.

    Three components are one vector, six are two: displacement and velocity (map2map) where that is said, or of
    32³ cells the prediction and truth of D3M (S. He et al., PNAS 116, 13825, 2019). Ten behind the mesh are those of
    its training set: overdensity and the Zel'dovich, 2LPT and simulated displacements. Any other axis
    counts fields.
    """
    *samples, components = (*layout.leading, 0)[: len(layout.leading)] or (0,)
    inner = _components(layout, components, with_velocity) if layout.leading else (Slot(()),)
    found: list[Slot] = []
    for place in product(*(range(n) for n in samples)):
        for slot in inner:
            label = ", ".join(filter(None, (f"#{'.'.join(map(str, place))}" if any(samples) else "", slot.label)))
            found.append(Slot((*place, *slot.selector), label, slot.quantity, slot.role))
            if len(found) == MOST_OFFERED:
                return tuple(found)
    return tuple(found)


def _components(layout: Layout, count: int, with_velocity: bool) -> tuple[Slot, ...]:
    if layout.dimensions == 3 and count == 3:
        return (Slot((slice(0, 3),)),)
    if layout.dimensions == 3 and count == 6 and with_velocity:
        return (Slot((slice(0, 3),)), Slot((slice(3, 6),), "velocity", "velocity"))
    if is_d3m(layout) and count == 6:
        truth = Slot((slice(3, 6),), "truth", "displacement", "reference")
        return (truth, Slot((slice(0, 3),), "prediction", "displacement"))
    if layout.dimensions == 3 and count == 6:
        return (Slot((slice(0, 3),), "components 0–2"), Slot((slice(3, 6),), "components 3–5"))
    if layout.dimensions == 3 and count == D3M_TRAINING and layout.components_last:
        return (
            Slot((slice(7, 10),), "simulation", "displacement", "reference"),
            Slot((slice(1, 4),), "Zel'dovich", "displacement", "input"),
            Slot((slice(4, 7),), "2LPT", "displacement"),
        )
    return tuple(Slot((i,), f"#{i}" if count > 1 else "") for i in range(min(count, MOST_OFFERED)))


def may_have_velocity(layout: Layout) -> bool:
    """Whether a shape is that of map2map's displacement with the velocity behind it (Y. Ni et al., MNRAS 507, 2021)."""
    return layout.dimensions == 3 and layout.leading[-1:] == (6,)


def is_d3m(layout: Layout) -> bool:
    """Whether a shape is that of a file of D3M, for training (32, 32, 32, 10) or from its test (6, 32, 32, 32)."""
    channels = D3M_TRAINING if layout.components_last else D3M_TEST
    return (layout.dimensions, layout.n, layout.leading) == (3, D3M_CELLS, (channels,))


def parse_member(member: str) -> tuple[str, tuple[int | slice, ...] | None]:
    """Split a member name into an array's name and its selector, None where it names no slot.

    ``"7"`` alone is the eighth field of the first array, ``"cases/7/name"`` the eighth of that array.
    """
    case = CASE.match(member)
    if case is not None:
        return case["name"] or "", (int(case["number"] or case["alone"]),)
    match = SELECTOR.match(member)
    if match is None or match["selector"] is None:
        return member, None
    steps: list[int | slice] = []
    for text in match["selector"].split(","):
        start, colon, stop = text.partition(":")
        if not start.isdigit() or (colon and not stop.isdigit()):
            raise WrongCall(f"{member!r} names no part of a grid; write NAME[2] or NAME[0,0:3]")
        steps.append(slice(int(start), int(stop)) if colon else int(start))
    return match["name"], tuple(steps)


def check_selector(layout: Layout, selector: tuple[int | slice, ...], member: str) -> None:
    """Refuse a selector that does not fit the axes; raises ``WrongCall``."""
    fits = len(selector) == len(layout.leading)
    for step, length in zip(selector, layout.leading, strict=False):
        last = step.stop - 1 if isinstance(step, slice) else step
        fits = fits and last < length and not (isinstance(step, slice) and step.stop <= step.start)
    if any(isinstance(step, slice) for step in selector[:-1]) or not fits:
        raise WrongCall(f"{member!r} does not fit an array with leading axes {layout.leading}")
