"""What every registered reader owes: the tests are made for each of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from format_samples import FACTS, MAKERS

from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import Cancelled, InputError, UnreadableFile
from backends.readers import opening, registry

NAMES = registry().names()
Make = Callable[[str], Path]


def test_every_reader_has_a_sample() -> None:
    assert set(NAMES) == set(MAKERS)


@pytest.mark.parametrize("name", NAMES)
def test_content_is_recognised_by_one_reader_whatever_it_is_called(name: str, sample: Make) -> None:
    path = sample(name)
    assert [other for other, reader in registry() if reader.recognises(path)] == [name]


@pytest.mark.parametrize("name", NAMES)
def test_describing_twice_says_the_same(name: str, sample: Make) -> None:
    path = sample(name)
    first, refused = opening.describe([path])
    second, _ = opening.describe([path])
    assert first == second
    assert not refused
    assert first[0].format == name
    assert path in first[0].files


@pytest.mark.parametrize("name", NAMES)
def test_what_is_loaded_is_finite_and_in_the_box(name: str, sample: Make) -> None:
    (description,), _ = opening.describe([sample(name)])
    data = opening.load(description, FACTS)
    again = opening.load(description, FACTS)
    assert data.box_size == 50.0
    if isinstance(data, Particles):
        assert ((data.positions >= 0) & (data.positions < 50)).all()
        assert isinstance(again, Particles)
        np.testing.assert_array_equal(data.positions, again.positions)
    else:
        assert isinstance(data, Field)
        assert isinstance(again, Field)
        assert data.values.dtype == np.float32
        assert data.values.flags.c_contiguous
        np.testing.assert_array_equal(data.values, again.values)


@pytest.mark.parametrize("name", NAMES)
def test_loading_can_be_cancelled(name: str, sample: Make) -> None:
    def nobody(fraction: float, message: str = "") -> None:
        raise Cancelled

    (description,), _ = opening.describe([sample(name)])
    with pytest.raises(Cancelled):
        opening.load(description, FACTS, progress=nobody)


@pytest.mark.parametrize("name", NAMES)
def test_progress_grows_to_one(name: str, sample: Make) -> None:
    told: list[float] = []
    (description,), _ = opening.describe([sample(name)])
    opening.load(description, FACTS, progress=lambda fraction, message="": told.append(fraction))
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kept", [0, 1, 7, 8, 64, 512, 0.3, 0.7, 0.999])
def test_a_truncated_file_gets_one_message_with_its_name(name: str, kept: float, sample: Make) -> None:
    path = sample(name)
    whole = path.read_bytes()
    path.write_bytes(whole[: int(kept if kept >= 1 else kept * len(whole))])
    found, refused = opening.describe([path])
    try:
        for description in found:
            opening.load(description, FACTS)
    except InputError as error:
        refused.append(error)
    assert len(refused) == 1
    assert path.name in str(refused[0])
    assert "\n" not in str(refused[0])


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_gone_when_it_is_loaded_is_said_to_be_gone(name: str, sample: Make) -> None:
    path = sample(name)
    (description,), _ = opening.describe([path])
    path.unlink()
    with pytest.raises(UnreadableFile, match="not there"):
        opening.load(description, FACTS)
