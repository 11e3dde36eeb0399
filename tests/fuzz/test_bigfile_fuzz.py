"""BigFiles with damaged headers, attributes and raw files: words replaced, numbers made huge, files cut or gone."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from bigfile_files import MPGADGET, groups, particles, write_bigfile
from damage import content_of, write_content

from backends.data.facts import Facts
from backends.errors import InputError
from backends.readers import opening

WORDS = (
    b"0", b"-1", b"3", b"255", b"65536", b"4294967296", b"9223372036854775807", b"99999999999999999999", b"<f8", b"<f4",
    b"<i8", b"|O8", b"<f3", b">u2", b"S9", b"nan", b"inf", b"", b"\xff\xfe", b"000000", b"0000FF", b":", b"\n", b"#",
    b"FFFFFFFFFFFFEF7F", b"000000000000F07F", b"000000000000F8FF",
)  # fmt: skip


@cache
def sound(kind: int) -> dict[str, bytes]:
    """The files of a snapshot or of groups, with attributes of either kind."""
    rng = np.random.default_rng(kind)
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample"
        types = {"1": particles(rng, 12), "0": particles(rng, 7) | {"Mass": np.ones(7, np.float32)}}
        if kind >= 2:
            types = {"FOFGroups": groups(rng, 9)}
        header = MPGADGET if kind != 4 else {"BoxSize": np.full(3, 50.0), "OmegaCDM": 0.3, "Time": 0.5, "h": 0.7}
        write_bigfile(path, types if kind != 4 else {"0": particles(rng, 12)}, header, n_files=2, old=kind % 2 == 1)
        return content_of(path)


def damaged(seed: int) -> dict[str, bytes]:
    """One sound data set with one to three of its files damaged."""
    rng = np.random.default_rng(seed)
    content = dict(sound(int(rng.integers(5))))
    texts = sorted(name for name in content if name.rpartition("/")[2] in ("header", "attr-v2", "attr"))
    for _ in range(int(rng.integers(1, 4))):
        names = texts if rng.random() < 0.8 else sorted(content)
        name = names[int(rng.integers(len(names)))]
        data = bytearray(content.get(name, b""))
        kind = int(rng.integers(5))
        if kind == 0:
            data = data[: int(rng.integers(len(data) + 1))]
        elif kind == 1 and data:
            for _ in range(int(rng.integers(1, 5))):
                data[int(rng.integers(len(data)))] = int(rng.integers(256))
        elif kind == 2 and name.endswith("attr") and len(data) > 8:
            place = int(rng.integers(len(data) - 8))
            data[place : place + 4] = int(rng.choice([0, 1, 2**31 - 1, 2**32 - 1, 2**16])).to_bytes(4, "little")
        elif kind == 4 and rng.random() < 0.3:
            content.pop(name, None)
            continue
        else:
            words = [match.span() for match in re.finditer(rb"[^\s]+", bytes(data))]
            if words:
                start, stop = words[int(rng.integers(len(words)))]
                data[start:stop] = WORDS[int(rng.integers(len(WORDS)))]
        content[name] = bytes(data)
    return content


def swallow(path: Path) -> int:
    """Describe and load all; only our own messages may come out. Returns how many there were."""
    told = Facts(box_size=50.0, redshift=0.0)
    found, refused = opening.describe([path], told)
    for description in found:
        for part in description.parts or (None,):
            for columns in ((), ("velocities", "ids")):
                try:
                    opening.load(description, told, part.member if part else "", columns=columns)
                except InputError as error:
                    refused.append(error)
    assert all(str(error) and "\n" not in str(error) for error in refused)
    return len(refused)


@pytest.mark.parametrize("seed", range(80))
def test_damaged(seed: int, tmp_path: Path) -> None:
    write_content(tmp_path / "damaged", damaged(seed))
    swallow(tmp_path / "damaged")
