"""Files cut short or changed at random places: a message or an answer, and never anything else."""

from __future__ import annotations

from pathlib import Path

import pytest
from damage import write_content
from format_samples import FACTS, MAKERS, sound_content
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backends.errors import InputError
from backends.readers import opening

NAMES = sorted(MAKERS)
QUIET = {"suppress_health_check": [HealthCheck.too_slow, HealthCheck.function_scoped_fixture]}


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
@given(data=st.data())
@settings(max_examples=30, **QUIET)
def test_cut_short(name: str, data: st.DataObject, tmp_path: Path) -> None:
    whole = sound_content(name)
    file = data.draw(st.sampled_from(sorted(whole)))
    kept = int(data.draw(st.floats(0, 1)) * len(whole[file]))
    write_content(tmp_path / "cut", {**whole, file: whole[file][:kept]})
    swallow(tmp_path / "cut")


@pytest.mark.parametrize("name", NAMES)
@given(data=st.data())
@settings(max_examples=60, **QUIET)
def test_changed_bytes(name: str, data: st.DataObject, tmp_path: Path) -> None:
    whole = sound_content(name)
    file = data.draw(st.sampled_from(sorted(file for file in whole if whole[file])))
    changed = bytearray(whole[file])
    # Headers are where a byte matters most: half of the changes are made in the first two kilobytes.
    places = st.one_of(st.integers(0, min(2047, len(changed) - 1)), st.integers(0, len(changed) - 1))
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), min_size=1, max_size=6)):
        changed[place] = value
    write_content(tmp_path / "changed", {**whole, file: bytes(changed)})
    swallow(tmp_path / "changed")


@given(noise=st.binary(max_size=300), start=st.sampled_from([b"", b"\x89HDF\r\n\x1a\n", b"\x93NUMPY", b"PK\x03\x04"]))
@settings(max_examples=60, **QUIET)
def test_noise(noise: bytes, start: bytes, tmp_path: Path) -> None:
    path = tmp_path / "noise"
    path.write_bytes(start + noise)
    swallow(path)
