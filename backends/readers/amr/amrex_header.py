"""AMReX's headers: what a plotfile holds, its boxes level by level, and where in which file each box stands."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from backends.errors import UnreadableFile
from backends.readers.amr.patches import Patch
from backends.readers.files.plain_text import Lines, reals, start_of, wholes

LONGEST_HEADER = 1 << 28
MOST_FIELDS = 2000

BOX = re.compile(r"\(\((-?\d{1,18}(?:,-?\d{1,18})*)\) ?\((-?\d{1,18}(?:,-?\d{1,18})*)\) ?\(([\d,]*)\)\)")
FAB = re.compile(r"^FabOnDisk: (\S+) (\d{1,18})$", re.MULTILINE)
VERSION = re.compile(r"^\w[\w.-]*-V\d+\.\d+$")
PLACE = re.compile(r"^(Level_\d{1,3})/(\w[\w.-]*)$")
FILE = re.compile(r"^\w[\w.-]*$")

HEADED = 1
"""The way of writing boxes in which each begins with a line about itself: what all codes do unless told otherwise."""


@dataclass(frozen=True)
class Header:
    """A plotfile's own header.

    names : of its fields, in the order that they are stored in
    left, side : of the domain, in the code's unit of length
    corner, coarse : the first cell and the number of cells a side, at level 0
    ratios : by how much each level is finer than the one before
    places : folder and stem of every level's boxes
    """

    path: Path
    names: tuple[str, ...]
    dimensions: int
    left: tuple[float, ...]
    side: float
    corner: tuple[int, ...]
    coarse: int
    ratios: tuple[int, ...]
    places: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Fab:
    """One box of a level: its cells, and where what was written of it begins in its file."""

    patch: Patch
    offset: int
    box: tuple[tuple[int, ...], tuple[int, ...]]


def is_plotfile(folder: Path) -> bool:
    """Whether a folder begins as a plotfile does."""
    lines = start_of(folder / "Header").splitlines()[:2]
    return len(lines) == 2 and VERSION.match(lines[0].strip()) is not None and lines[1].strip().isdigit()


def read_header(folder: Path) -> Header:
    """Read a plotfile's header; raises ``UnreadableFile`` where the box is none that can be shown."""
    path = folder / "Header"
    lines = Lines(path, LONGEST_HEADER)
    lines.next()
    (count,) = wholes(path, lines.next(), 1, "the number of its fields")
    if not 0 < count <= MOST_FIELDS:
        raise UnreadableFile(path, f"is damaged: it declares {count} fields", "Copy or download it again")
    names = tuple(lines.next().strip() for _ in range(count))
    (dimensions,) = wholes(path, lines.next(), 1, "its dimensions")
    if dimensions not in (2, 3):
        raise UnreadableFile(path, f"is of {dimensions} dimensions, and fields have 2 or 3")
    lines.next()
    (finest,) = wholes(path, lines.next(), 1, "its finest level")
    if not 0 <= finest < 50:
        raise UnreadableFile(path, f"is damaged: its finest level is {finest}", "Copy or download it again")
    left = reals(path, lines.next(), dimensions, "the left corner")
    right = reals(path, lines.next(), dimensions, "the right corner")
    ratios = wholes(path, lines.next(), finest, "its refinements")
    domain = _boxes(path, lines.next(), dimensions)
    if not domain:
        raise UnreadableFile(path, "is damaged: it names no cells", "Copy or download it again")
    lengths = [b - a for a, b in zip(left, right, strict=True)]
    sides = [b - a + 1 for a, b in zip(*domain[0], strict=True)]
    if len(set(sides)) > 1 or max(lengths) - min(lengths) > 1e-6 * max(lengths):
        raise UnreadableFile(path, f"has a box of {sides} cells and sides {lengths}, and only a cube can be shown")
    if sides[0] < 1 or lengths[0] <= 0 or any(ratio < 1 for ratio in ratios):
        raise UnreadableFile(path, f"is damaged: its box has {sides} cells and sides {lengths}", "Copy it again")
    places = [match for line in lines.rest() if (match := PLACE.match(line.strip()))]
    if len(places) <= finest:
        raise UnreadableFile(path, f"is cut short: it names {len(places)} of {finest + 1} levels", "Copy it again")
    return Header(
        path, names, dimensions, left, lengths[0], domain[0][0], sides[0], ratios,
        tuple((match[1], match[2]) for match in places[: finest + 1]),
    )  # fmt: skip


def read_level(header: Header, level: int) -> tuple[Fab, ...]:
    """Read where the boxes of a level are; raises ``UnreadableFile`` where they are written in another way."""
    place, stem = header.places[level]
    path = header.path.parent / place / f"{stem}_H"
    lines = Lines(path, LONGEST_HEADER)
    (way,) = wholes(path, lines.next(), 1, "its version")
    if way != HEADED:
        raise UnreadableFile(path, f"is of version {way}, which keeps no headers of boxes, and is not read yet")
    lines.next()
    (count,) = wholes(path, lines.next(), 1, "the number of its fields")
    if count < len(header.names):
        raise UnreadableFile(path, f"has {count} of {len(header.names)} fields", "Copy or download it again")
    around = _around(path, lines.next(), header.dimensions)
    text = "\n".join(lines.rest())
    boxes = _boxes(path, text.partition("\n)")[0], header.dimensions)
    files = FAB.findall(text)
    if not boxes or len(files) != len(boxes):
        raise UnreadableFile(path, f"is damaged: it has {len(boxes)} boxes in {len(files)} places", "Copy it again")
    scale = 1
    for ratio in header.ratios[:level]:
        scale *= ratio
    corner = tuple(c * scale for c in header.corner)
    fabs = []
    for number, ((low, high), (name, offset)) in enumerate(zip(boxes, files, strict=True)):
        if not FILE.match(name):
            raise UnreadableFile(path, f"keeps a box in {name!r}, which is no file of its folder")
        start = tuple(a - c for a, c in zip(low, corner, strict=True))
        shape = tuple(b - a + 1 for a, b in zip(low, high, strict=True))
        stored = (
            tuple(a - n for a, n in zip(low, around, strict=True)),
            tuple(b + n for b, n in zip(high, around, strict=True)),
        )
        fabs.append(Fab(Patch(level, start, shape, path.with_name(name), number), int(offset), stored))
    return tuple(fabs)


def _around(path: Path, line: str, dimensions: int) -> tuple[int, ...]:
    """Cells around every box, one number or one an axis."""
    words = re.findall(r"\d{1,4}", line)
    if len(words) not in (1, dimensions):
        raise UnreadableFile(path, f"is damaged: the cells around its boxes are {line[:40]!r}", "Copy it again")
    return tuple(int(word) for word in words * (dimensions if len(words) == 1 else 1))


def _boxes(path: Path, text: str, dimensions: int) -> list[tuple[tuple[int, ...], tuple[int, ...]]]:
    """First and last cells of every box in a text; raises ``UnreadableFile`` for values that sit at faces."""
    found = []
    for low, high, kind in BOX.findall(text):
        first, last = (tuple(int(n) for n in edge.split(",")) for edge in (low, high))
        if len(first) != dimensions or len(last) != dimensions or any(b < a for a, b in zip(first, last, strict=True)):
            raise UnreadableFile(path, f"is damaged: it has a box from {low} to {high}", "Copy it again")
        if kind.strip("0,"):
            raise UnreadableFile(path, "keeps values at faces or corners of cells, and only those of cells are read")
        found.append((first, last))
    return found
