"""What the pointer and the tools have in hand, as one value: what is drawn over the views for it."""

from __future__ import annotations

from dataclasses import dataclass

from backends.data.periodic import Point


@dataclass(frozen=True)
class Hot:
    """What can be clicked or dragged in a cell.

    kind : "enlarge" or "link", the buttons beside a cell's name; "name"; "face", an end of an axis; "wall", a side of
        the kept box
    cell : key of the cell
    axis, side : of a face or a wall: 0, 1 or 2, and 1 for the upper end, -1 for the lower
    """

    kind: str
    cell: str
    axis: int = 0
    side: int = 0


@dataclass(frozen=True)
class Tooling:
    """The state of the pointer and of the tools.

    pointed : key of the cell under the pointer, or ""
    hot : what is under the pointer, or is dragged
    tool : "", "measure", "crop" or "fly"
    at_work : key of the cell that the tool works in, or "" for whichever is pointed at
    measured : the ends of a measured line, fractions of the box
    says : what the tool asks for, in words: the longest first
    """

    pointed: str = ""
    hot: Hot | None = None
    tool: str = ""
    at_work: str = ""
    measured: tuple[Point, ...] = ()
    says: tuple[str, ...] = ()
