"""Reading bundles: every case and prediction becomes a part; what is left out is named."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import WrongCall
from backends.readers import opening

Make = Callable[[str], Path]


def test_parts_say_what_they_are(sample: Make) -> None:
    (description,), _ = opening.describe([sample("halograph-bundle")])
    parts = {part.member: (part.label, part.role, part.architecture) for part in description.parts}
    assert parts == {
        "cases/a/target": ("N-body", "reference", None),
        "cases/a/input": ("Zel'dovich", "input", None),
        "cases/a/approximations/2lpt": ("2LPT", "prediction", None),
        "models/unet/predictions/a/mean": ("U-Net", "prediction", "unet"),
    }
    assert not description.warnings


def test_every_part_reads_back_what_was_written(sample: Make) -> None:
    path = sample("halograph-bundle")
    (description,), _ = opening.describe([path])
    with h5py.File(path) as file:
        stored = {part.member: file[part.member][:] for part in description.parts}
    for member, values in stored.items():
        field = opening.load(description, Facts(), member)
        assert isinstance(field, Field)
        np.testing.assert_array_equal(field.values, values)
        assert (field.box_size, field.quantity, field.redshift, field.cell_offset) == (16, "displacement", 0, 0.5)


def test_a_case_of_another_box_has_it(sample: Make) -> None:
    path = sample("halograph-bundle")
    with h5py.File(path, "r+") as file:
        file["cases/a"].attrs["box_size"] = 32.0
    (description,), _ = opening.describe([path])
    assert opening.load(description).box_size == 32


def test_what_is_no_redshift_and_no_box_is_not_stated(sample: Make) -> None:
    path = sample("halograph-bundle")
    with h5py.File(path, "r+") as file:
        file["cases/a"].attrs["redshift"] = -1.0
        file["cases/a"].attrs["box_size"] = -32.0
    (description,), _ = opening.describe([path])
    facts = description.facts_of("cases/a/target")
    assert (facts.box_size, facts.redshift) == (16, None)
    field = opening.load(description, Facts(), "cases/a/target")
    assert (field.box_size, field.redshift) == (16, None)


def test_samples_are_reached_by_number(sample: Make) -> None:
    path = sample("halograph-bundle")
    values = np.random.default_rng(1).normal(size=(4, 3, 8, 8, 8)).astype(np.float32)
    with h5py.File(path, "r+") as file:
        del file["models/unet/predictions/a/mean"]
        file["models/unet/predictions/a/samples"] = values
        file["models/unet/predictions/a/samples"].attrs["quantity"] = "displacement"
    (description,), _ = opening.describe([path])
    assert "models/unet/predictions/a/samples[0]" in [part.member for part in description.parts]
    field = opening.load(description, Facts(), "models/unet/predictions/a/samples[3]")
    assert isinstance(field, Field)
    np.testing.assert_array_equal(field.values, values[3])


def test_what_is_left_out_is_named(sample: Make) -> None:
    path = sample("halograph-bundle")
    with h5py.File(path, "r+") as file:
        for name in ("cases/a/target", "cases/a/input", "cosmology", "task"):
            del file[name]
        del file["models/unet"].attrs["architecture"]
    (description,), _ = opening.describe([path])
    text = " ".join(description.warnings)
    assert all(word in text for word in ("No truth for a", "No input for a", "unet names no architecture", "No Ω_m"))


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda file: file.attrs.__setitem__("version", 2), "version 2"),
        (lambda file: file["grid"].attrs.__delitem__("box_size"), "box size"),
        (lambda file: (file.__delitem__("cases"), file.__delitem__("models")), "neither a truth nor a prediction"),
        (lambda file: file.__setitem__("cases/a/approximations/x", h5py.SoftLink("/cases/a/target")), "links"),
    ],
)
def test_bundles_that_cannot_be_used(spoil: Callable[[h5py.File], object], message: str, sample: Make) -> None:
    path = sample("halograph-bundle")
    with h5py.File(path, "r+") as file:
        spoil(file)
    found, (error,) = opening.describe([path])
    assert not found
    assert message in str(error)


def test_a_member_that_is_not_there(sample: Make) -> None:
    (description,), _ = opening.describe([sample("halograph-bundle")])
    with pytest.raises(WrongCall):
        opening.load(description, Facts(), "models/swin/predictions/a/mean")
