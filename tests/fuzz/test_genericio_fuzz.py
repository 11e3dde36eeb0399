"""GenericIO files whose headers are changed and sealed again, so that no checksum stands before the parser."""

from __future__ import annotations

import struct
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from genericio_files import halo_properties, particles, slow_crc64, write_genericio, write_split

from backends.data.facts import Facts
from backends.errors import InputError
from backends.readers import opening

HUGE = (0, 1, 2, 255, 2**16, 2**31 - 1, 2**32, 2**40, 2**63 - 1, 2**63, 2**64 - 1)
WAYS = (
    {}, {"order": ">"}, {"oldest": True}, {"compress": True}, {"compress": True, "order": ">"}, {"element_sizes": True},
)  # fmt: skip


@cache
def sound(kind: int) -> bytes:
    """A small file of each layout, the last ones of halos."""
    rng = np.random.default_rng(kind)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample"
        rank = halo_properties if kind >= len(WAYS) else particles
        ranks = [rank(rng, 20), rank(rng, 7)]
        if kind < len(WAYS):
            for axis in "xyz":
                ranks[0][axis] = np.repeat(ranks[0][axis][:4], 5)
        write_genericio(path, ranks, **WAYS[kind % len(WAYS)])  # type: ignore[arg-type]
        return path.read_bytes()


def resealed(whole: bytes) -> bytes:
    """The same bytes with the checksum that the header's own size asks for."""
    order = "<" if whole[5:7] != b"1B" else ">"
    size = struct.unpack_from(f"{order}Q", whole, 8)[0] if len(whole) >= 16 else 0
    if not 16 <= size <= len(whole) - 8:
        return whole
    crc = slow_crc64(whole[:size]) ^ 0xFFFFFFFFFFFFFFFF
    return whole[:size] + struct.pack("<Q", crc) + whole[size + 8 :]


def damaged(seed: int) -> bytes:
    """One sound file, damaged: cut, bytes changed, or whole numbers of the header made huge; mostly sealed again."""
    rng = np.random.default_rng(seed)
    whole = bytearray(sound(int(rng.integers(2 * len(WAYS)))))
    order = "<" if whole[6:7] == b"L" else ">"
    size = struct.unpack_from(f"{order}Q", whole, 8)[0]
    kind = rng.integers(4)
    if kind == 0:
        whole = whole[: int(rng.integers(len(whole)))]
    for _ in range(int(rng.integers(1, 5))):
        if kind == 1 or kind == 0:
            place = int(rng.integers(max(1, min(len(whole), 2 * size))))
            whole[place : place + 1] = bytes([rng.integers(256)])
        else:
            place = 8 * int(rng.integers(1, size // 8))
            whole[place : place + 8] = struct.pack(f"{order}Q", HUGE[rng.integers(len(HUGE))])
    return bytes(whole) if rng.random() < 0.2 else resealed(bytes(whole))


def swallow(path: Path) -> int:
    """Describe and load all; only our own messages may come out. Returns how many there were."""
    told = Facts(box_size=50.0, redshift=0.0)
    found, refused = opening.describe([path], told)
    for description in found:
        for part in description.parts or (None,):
            try:
                opening.load(description, told, part.member if part else "", columns=("velocities", "ids"))
            except InputError as error:
                refused.append(error)
    assert all(str(error) and "\n" not in str(error) for error in refused)
    return len(refused)


@pytest.mark.parametrize("seed", range(60))
def test_damaged(seed: int, tmp_path: Path) -> None:
    path = tmp_path / "damaged"
    path.write_bytes(damaged(seed))
    swallow(path)


@pytest.mark.parametrize("seed", range(20))
def test_damaged_maps_and_pieces(seed: int, tmp_path: Path) -> None:
    rng = np.random.default_rng(seed)
    path = tmp_path / "m"
    files = [path, *write_split(path, [particles(rng, 9) for _ in range(4)], [0, 1, 1, 3])]
    victim = files[int(rng.integers(len(files)))]
    whole = bytearray(victim.read_bytes())
    for _ in range(3):
        whole[int(rng.integers(len(whole)))] ^= 1 << int(rng.integers(8))
    victim.write_bytes(resealed(bytes(whole)))
    swallow(tmp_path)
