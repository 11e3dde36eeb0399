"""Abacus and SWIFT files changed where it hurts: texts, counts, block headers, packed chunks, cells.

Both sum what they write: Abacus with the MD5 of its blocks, SWIFT with Fletcher's sums of HDF5. Only Abacus' text,
which has the name and the size of everything, stands under none. What is read of a changed file is therefore what was
written, or it was that text that changed.

``python tests/fuzz/test_asdf_fuzz.py 20000`` makes that many changes to each.
"""

from __future__ import annotations

import faulthandler
import re
import sys
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1]))

import abacus_sample
import swift_sample

from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import InputError
from backends.progress import silent
from backends.readers import registry

SLOW = 10.0
EXTREME = (0, 1, 2**31 - 1, 2**32 - 1, 2**63 - 1, 2**64 - 1, 10**15)
ODD = (b"0", b"-1", b"99999999999999999999", b"1e400", b"nan", b"*a", b"[1, 2]", b"{", b"'", b"")
FILES = ("pack9", "rvint", "plain", "swift", "index", "piece")

Numbers = dict[str, NDArray[np.generic] | None]
"""Positions, velocities and identities; None where they were refused."""


def made(folder: Path, kind: str) -> Path:
    """Write a sound file of a kind; returns the one to change."""
    rng = np.random.default_rng(7)
    path = folder / "snap_0000.1.hdf5"
    if kind == "pack9":
        abacus_sample.write_asdf(path, {"pack9": abacus_sample.pack9(rng)[0]}, chunk=1 << 10)
    elif kind == "rvint":
        _, places, speeds = abacus_sample.pack9(rng, 200)
        abacus_sample.write_asdf(path, {"rvint": abacus_sample.rvint(places, speeds)})
    elif kind == "plain":
        abacus_sample.write_asdf(path, {"pack9": abacus_sample.pack9(rng, 100)[0]}, abacus_sample.HEADER | {"NP": 100})
        unpack(path)
    elif kind == "swift":
        swift_sample.snapshot(path, rng)
    else:
        index = swift_sample.write_distributed(folder, {1: swift_sample.columns(60, rng)}, 2)
        return index if kind == "index" else path
    return path


def unpack(path: Path) -> None:
    """Turn the one packed block of a file into a plain one."""
    content = path.read_bytes()
    rows = abacus_sample.pack9(np.random.default_rng(7), 100)[0].tobytes()
    block = content.index(b"\xd3BLK")
    size = len(rows).to_bytes(8, "big")
    path.write_bytes(content[: block + 10] + bytes(4) + 3 * size + abacus_sample.md5(rows) + rows)


def changed(whole: bytes, rng: np.random.Generator) -> bytes:
    """Cut, flip, overwrite with extreme counts, or change a number of the text."""
    content, way = bytearray(whole), int(rng.integers(6))
    block = max(0, whole.find(b"\xd3BLK"))
    if way == 0:
        return whole[: int(rng.integers(len(whole)))]
    if way == 1:
        for place in rng.integers(0, len(content), int(rng.integers(1, 8))):
            content[place] = int(rng.integers(256))
    elif way == 2:  # sizes: of the block, of its chunks, or of what HDF5 keeps at its start
        place = block + int(rng.integers(0, min(120, len(content) - block - 8)))
        value = EXTREME[int(rng.integers(len(EXTREME)))]
        content[place : place + 8] = value.to_bytes(8, "little" if rng.integers(2) else "big")
    elif way == 3:
        places = [match.span() for match in re.finditer(rb"\d+", whole[: block or 1])]
        if places:
            start, stop = places[int(rng.integers(len(places)))]
            content[start:stop] = ODD[int(rng.integers(len(ODD)))]
    elif way == 4:
        start = block + int(rng.integers(0, max(1, len(content) - block)))
        content[start : start + int(rng.integers(64))] = rng.bytes(int(rng.integers(64)))
    else:
        start, stop = sorted(rng.integers(0, len(content), 2))
        del content[start : min(stop, start + 256)]
    return bytes(content)


def swallow(path: Path) -> tuple[str, Numbers]:
    """Describe and read everything there is; nothing but our own messages comes out."""
    told = Facts(box_size=50.0)
    for name in ("abacus", "swift", "gadget-hdf5", "compaso"):
        reader = registry()[name]
        if not reader.recognises(path):
            continue
        numbers: Numbers = {"velocities": None, "ids": None}
        try:
            description = reader.describe(reader.gather(path), Facts())
            particles = reader.load(description, told, "", None, silent)
        except InputError:
            return "refused", {}
        assert isinstance(particles, Particles)
        numbers["positions"] = particles.positions
        for column in ("velocities", "ids"):
            try:
                more = reader.load(description, told, "", None, silent, (column,))
            except InputError:
                continue
            numbers[column] = getattr(more, column)
        return "read" if description.complete else "incomplete", numbers
    return "unknown", {}


def are_as_written(found: Numbers, written: Numbers) -> bool:
    """Whether all that was read is what was written; what was refused is no lie."""
    return all(values is None or np.array_equal(values, written[name]) for name, values in found.items())


def run(kind: str, count: int, seed: int, folder: Path, report: Callable[[int], None] | None = None) -> Counter[str]:
    """Try so many changes of a kind of file; returns how many were read, refused, and no reader's."""
    rng = np.random.default_rng(seed)
    path = made(folder, kind)
    whole = path.read_bytes()
    end, written = swallow(path)
    assert end == "read"
    text = max(0, whole.find(b"\xd3BLK"))
    ends: Counter[str] = Counter()
    for i in range(count):
        content = changed(whole, rng)
        path.write_bytes(content)
        start = time.perf_counter()
        end, found = swallow(path)
        assert time.perf_counter() - start < SLOW, f"change {i} of {kind} took too long"
        summed = content[:text] == whole[:text]
        assert end != "read" or not summed or are_as_written(found, written), f"change {i} of {kind} was read as sound"
        ends[end] += 1
        if report and i % 500 == 0:
            report(i)
    return ends


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.filterwarnings("ignore")
def test_changed_files_get_what_was_written_or_a_message(kind: str, tmp_path: Path) -> None:
    ends = run(kind, 60, 11, tmp_path)
    # An index that is damaged is no index; its pieces are.
    assert ends["refused"] + ends["incomplete"] + ends["unknown"] > 10


if __name__ == "__main__":
    faulthandler.enable()
    for chosen in sys.argv[2:] or FILES:
        with TemporaryDirectory() as place:
            began = time.perf_counter()
            found = run(chosen, int(sys.argv[1]), 1, Path(place))
            print(chosen, dict(found), f"{time.perf_counter() - began:.0f} s", flush=True)
