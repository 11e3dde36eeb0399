"""Outputs of refined meshes with bytes and words changed: a message or an answer, and never anything else."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from damage import write_content
from format_samples import sound_content

from backends.data.facts import Facts
from backends.errors import InputError
from backends.readers import opening

NAMES = ("enzo", "amrex-plotfile", "ramses")
CASES = 40
"""Of each format; 21,000 of all three were run when these readers were written."""

TOLD = Facts(box_size=50.0)
WORDS = (b"0", b"-1", b"nan", b"inf", b"1e308", b"99999999999999999999", b"2147483648", b"", b"x", b"1e-300", b"3")
LARGE = (b"\xff" * 4, b"\x7f\xff\xff\xff", b"\xff\xff\xff\x7f", b"\0" * 8, b"\xff" * 8, b"\0\0\0\x80")


def damaged(whole: dict[str, bytes], rng: np.random.Generator) -> dict[str, bytes]:
    """Change one or two files: cut, lost, bytes flipped, numbers in texts replaced, large counts in headers."""
    changed = dict(whole)
    for _ in range(rng.integers(1, 3)):
        name = str(rng.choice(sorted(changed)))
        data = bytearray(changed[name])
        way = rng.integers(5)
        if way == 0:
            data = data[: rng.integers(len(data) + 1)]
        elif way == 1 and len(changed) > 1:
            del changed[name]
            continue
        elif way == 2:
            for place in rng.integers(len(data), size=rng.integers(1, 8)) if data else ():
                data[place] = rng.integers(256)
        elif way == 3 and b"\0" not in data:
            numbers = [match.span() for match in re.finditer(rb"-?\d[\d.eE+-]*", bytes(data))]
            for start, stop in (
                [numbers[i] for i in sorted(rng.integers(len(numbers), size=2))[::-1]] if numbers else ()
            ):
                data[start:stop] = WORDS[rng.integers(len(WORDS))]
        elif data:
            place = int(rng.integers(min(len(data), 1024))) // 4 * 4
            value = LARGE[rng.integers(len(LARGE))]
            data[place : place + len(value)] = value
        changed[name] = bytes(data)
    return changed


def swallow(path: Path) -> None:
    """Describe and load all there is, from the folder; only our own messages may come out."""
    found, refused = opening.describe([path])
    for description in found:
        told = description.proposed.over(TOLD)
        members = ["", *(f"{field}@{level}" for field in list(description.fields)[:1] for level in (0, 1, 3, 4))]
        for member in members:
            try:
                opening.load(description, told, member, columns=("velocities", "ids"))
            except InputError as error:
                refused.append(error)
    assert all(str(error) and "\n" not in str(error) for error in refused)


@pytest.mark.parametrize("name", NAMES)
def test_changed_anywhere(name: str, tmp_path: Path) -> None:
    for seed in range(CASES):
        write_content(tmp_path / "sample", damaged(sound_content(name), np.random.default_rng(seed)))
        if (tmp_path / "sample").exists():
            swallow(tmp_path / "sample")
