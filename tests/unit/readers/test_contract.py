"""What every registered reader owes: the tests are made for each of them."""

from __future__ import annotations

import re
import sys
import tracemalloc
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from damage import files_of, is_text, remove
from format_samples import FACTS, MAKERS

from backends.data.catalogue import Catalogue
from backends.data.curve import Curve
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import Cancelled, InputError, UnreadableFile
from backends.readers import opening, registry

NAMES = registry().names()
Make = Callable[[str], Path]

OPTIONAL = ("asdf", "hdf5plugin", "numcodecs", "yt", "zarr")
"""Packages that are imported only when a file needs them, and may not be there."""

HUGE = 10**15


def told_of(description: Description) -> Facts:
    """What a person would add to what the files say."""
    return description.proposed.over(description.facts_of("")).over(FACTS)


def refusals(path: Path) -> tuple[list[Description], list[InputError]]:
    """Describe and load all there is; nothing but our own messages comes out."""
    found, refused = opening.describe([path])
    for description in found:
        try:
            opening.load(description, told_of(description))
        except InputError as error:
            refused.append(error)
    return found, refused


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
    assert set(first[0].files) <= set(files_of(path))


@pytest.mark.parametrize("name", NAMES)
def test_what_is_loaded_is_finite_and_in_the_box(name: str, sample: Make) -> None:
    (description,), _ = opening.describe([sample(name)])
    told = told_of(description)
    data, again = opening.load(description, told), opening.load(description, told)
    assert data.box_size == told.box_size
    if isinstance(data, Particles | Catalogue):
        assert data.count
        assert ((data.positions >= 0) & (data.positions < told.box_size)).all()
        assert isinstance(again, Particles | Catalogue)
        np.testing.assert_array_equal(data.positions, again.positions)
    elif isinstance(data, Curve):
        assert isinstance(again, Curve)
        assert (np.diff(data.x) > 0).all()
        np.testing.assert_array_equal([data.x, data.y], [again.x, again.y])
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
        opening.load(description, told_of(description), progress=nobody)


@pytest.mark.parametrize("name", NAMES)
def test_progress_grows_to_one(name: str, sample: Make) -> None:
    told: list[float] = []
    (description,), _ = opening.describe([sample(name)])
    opening.load(description, told_of(description), progress=lambda fraction, message="": told.append(fraction))
    assert told == sorted(told)
    assert told[-1] == 1


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kept", [0, 1, 7, 8, 64, 512, 0.1, 0.3, 0.5, 0.7, 0.999])
def test_a_truncated_file_gets_one_message_with_its_name(name: str, kept: float, sample: Make) -> None:
    path = sample(name)
    cut = files_of(path)[0]
    whole = cut.read_bytes()
    cut.write_bytes(whole[: int(kept if kept >= 1 else kept * len(whole))])
    found, refused = refusals(path)
    assert not any("\n" in str(error) for error in refused)
    if path.is_dir():  # one of many files: the others may still be worth showing
        assert refused or any(not d.complete or d.warnings for d in found)
    elif not is_text(whole) or kept in (0, 1, 7):
        assert len(refused) == 1
        assert path.name in str(refused[0])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("order", ["little", "big"])
def test_a_count_that_cannot_be_true_takes_no_memory(name: str, order: str, sample: Make) -> None:
    """Every eight bytes of the first few hundred become a million times a billion, one after another."""
    path = sample(name)
    victim = min(files_of(path), key=lambda file: (is_text(file.read_bytes()), file.stat().st_size))
    whole = victim.read_bytes()
    tracemalloc.start()
    try:
        for place in range(0, min(512, len(whole) - 8), 8):
            damaged = whole[:place] + HUGE.to_bytes(8, order) + whole[place + 8 :]
            victim.write_bytes(damaged)
            refusals(path)
        assert tracemalloc.get_traced_memory()[1] < 200e6
    finally:
        tracemalloc.stop()


def assert_sound(path: Path) -> None:
    """Load all there is: only finite numbers inside the box come out, or one line of our own."""
    found, refused = opening.describe([path])
    for description in found:
        told = told_of(description)
        try:
            data = opening.load(description, told)
        except InputError as error:
            refused.append(error)
            continue
        if isinstance(data, Particles | Catalogue):
            assert ((data.positions >= 0) & (data.positions < told.box_size)).all()
            assert data.masses is None or np.isfinite(data.masses).all()
        else:
            assert np.isfinite([data.x, data.y] if isinstance(data, Curve) else data.values).all()
    assert not any("\n" in str(error) for error in refused)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.filterwarnings("ignore")
def test_numbers_that_are_not_finite_never_come_out(name: str, sample: Make) -> None:
    """Bytes of ones are no number in floats of any size and order; in texts numbers become "nan"."""
    path = sample(name)
    victim = files_of(path)[0]
    whole = victim.read_bytes()
    numbers = [match.span() for match in re.finditer(rb"(?<![\w.])-?\d+\.\d+(e[+-]?\d+)?", whole)]
    for i in range(24):
        if is_text(whole) and numbers:
            start, stop = numbers[i * len(numbers) // 24]
            victim.write_bytes(whole[:start] + b"nan" + whole[stop:])
        else:
            start = i * len(whole) // 24 // 8 * 8
            victim.write_bytes(whole[:start] + b"\xff" * min(24, len(whole) - start) + whole[start + 24 :])
        assert_sound(path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [2, 4, 8])
@pytest.mark.filterwarnings("ignore")
def test_a_file_of_the_wrong_byte_order_gets_an_answer_or_a_message(name: str, width: int, sample: Make) -> None:
    path = sample(name)
    for file in files_of(path):
        whole = file.read_bytes()
        words = len(whole) // width * width
        file.write_bytes(np.frombuffer(whole[:words], f"u{width}").byteswap().tobytes() + whole[words:])
    assert_sound(path)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("package", OPTIONAL)
def test_without_an_optional_package_there_is_an_answer_or_a_message(
    name: str, package: str, sample: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample(name)
    monkeypatch.setitem(sys.modules, package, None)
    _, refused = refusals(path)
    assert all("pip install" in str(error) for error in refused)


@pytest.mark.parametrize("name", NAMES)
def test_a_file_that_is_gone_when_it_is_loaded_is_said_to_be_gone(name: str, sample: Make) -> None:
    path = sample(name)
    (description,), _ = opening.describe([path])
    remove(path)
    with pytest.raises(UnreadableFile, match="not there"):
        opening.load(description, told_of(description))
