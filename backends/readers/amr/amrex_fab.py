"""The numbers of AMReX's boxes: each box begins with a line that says how its reals are made."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np
from numpy.typing import NDArray

from backends.errors import UnreadableFile
from backends.readers.amr.amrex_header import BOX, Fab
from backends.readers.amr.patches import Patch
from backends.readers.files.failures import reading
from backends.readers.files.limits import require_memory

LINE = re.compile(rb"^FAB \(\(\d+, \(([\d ]+)\)\),\((\d), \(([\d ]+)\)\)\)(\(.*\)) (\d{1,6})$")
LONGEST_LINE = 512

IEEE = {"64 11 52 0 1 12 0 1023": 8, "32 8 23 0 1 9 0 127": 4}
"""How reals are made, by bits: AMReX's description of IEEE doubles and floats."""


def fab_arrays(fabs: Mapping[tuple[int, int], Fab], component: int, patches: Sequence[Patch]) -> Iterator[NDArray[Any]]:
    """Yield one component of box after box, without the cells around it."""
    with ExitStack() as stack:
        path, file = Path(), None
        for patch in patches:
            if file is None or patch.path != path:
                stack.close()
                path = patch.path
                with reading(path):
                    file = stack.enter_context(path.open("rb"))
            yield _array(path, file, fabs[patch.level, patch.place], component)


def fab_dtype(path: Path, file: BinaryIO, fab: Fab) -> tuple[np.dtype[Any], int, int]:
    """Return the type of a box's reals, how many components it has, and where they begin."""
    with reading(path):
        file.seek(fab.offset)
        line = file.readline(LONGEST_LINE)
    match = LINE.match(line.rstrip(b"\n")) if line.endswith(b"\n") else None
    boxes = BOX.findall(match[4].decode("ascii", "replace")) if match else []
    if match is None or len(boxes) != 1:
        raise UnreadableFile(path, f"is damaged: no box begins at byte {fab.offset}", "Copy or download it again")
    bits, order = match[1].decode(), [int(n) for n in match[3].split()]
    size = IEEE.get(bits)
    if size is None or int(match[2]) != size or order not in (list(range(1, size + 1)), list(range(size, 0, -1))):
        raise UnreadableFile(path, f"keeps its reals in a way that is not known ({bits})")
    stored = tuple(tuple(int(n) for n in edge.split(",")) for edge in boxes[0][:2])
    if stored != fab.box:
        raise UnreadableFile(path, f"has another box at byte {fab.offset} than its header says", "Copy it again")
    return np.dtype(f"{'>' if order[0] == 1 else '<'}f{size}"), int(match[5]), fab.offset + len(line)


def _array(path: Path, file: BinaryIO, fab: Fab, component: int) -> NDArray[Any]:
    dtype, components, start = fab_dtype(path, file, fab)
    low, high = fab.box
    shape = tuple(b - a + 1 for a, b in zip(low, high, strict=True))
    cells = int(np.prod(shape, dtype=object))
    if component >= components:
        raise UnreadableFile(path, f"has {components} fields in its box at byte {fab.offset}", "Copy it again")
    start += component * cells * dtype.itemsize
    size = path.stat().st_size
    if start + cells * dtype.itemsize > size:
        raise UnreadableFile(path, f"is truncated: {size} of at least {start + cells * dtype.itemsize} bytes")
    require_memory(path, 2 * cells * dtype.itemsize, "one of its boxes")
    with reading(path):
        file.seek(start)
        values = np.frombuffer(file.read(cells * dtype.itemsize), dtype=dtype)
    array: NDArray[Any] = values.reshape(shape, order="F")
    around = [(n - m) // 2 for n, m in zip(shape, fab.patch.shape, strict=True)]
    return array[tuple(slice(n, n + m) for n, m in zip(around, fab.patch.shape, strict=True))]
