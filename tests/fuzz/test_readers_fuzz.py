"""Files cut short or changed at random places: a message or an answer, and never anything else."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from format_samples import FACTS, MAKERS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backends.errors import InputError
from backends.readers import opening

NAMES = sorted(MAKERS)
QUIET = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}


@cache
def content(name: str) -> bytes:
    """The bytes of a sound file of that format."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "sample"
        MAKERS[name](path, np.random.default_rng(3))
        return path.read_bytes()


def swallow(path: Path) -> None:
    """Describe and load whatever is there; only our own messages may come out."""
    found, refused = opening.describe([path])
    for description in found:
        for part in description.parts or (None,):
            try:
                opening.load(description, FACTS, part.member if part else "", columns=("velocities", "ids"))
            except InputError as error:
                refused.append(error)
    assert all(str(error) for error in refused)


@pytest.mark.parametrize("name", NAMES)
@given(share=st.floats(0, 1))
@settings(max_examples=30, **QUIET)
def test_cut_short(name: str, share: float, tmp_path: Path) -> None:
    whole = content(name)
    path = tmp_path / "cut"
    path.write_bytes(whole[: int(share * len(whole))])
    swallow(path)


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=60, **QUIET)
def test_changed_bytes(name: str, data: st.DataObject, tmp_path: Path) -> None:
    changed = bytearray(content(name))
    # Headers are where a byte matters most: half of the changes are made in the first two kilobytes.
    places = st.one_of(st.integers(0, min(2047, len(changed) - 1)), st.integers(0, len(changed) - 1))
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        changed[place] = value
    path = tmp_path / "changed"
    path.write_bytes(changed)
    swallow(path)


@given(noise=st.binary(max_size=300), start=st.sampled_from([b"", b"\x89HDF\r\n\x1a\n", b"\x93NUMPY", b"PK\x03\x04"]))
@settings(max_examples=60, **QUIET)
def test_noise(noise: bytes, start: bytes, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(start + noise)
    swallow(path)
