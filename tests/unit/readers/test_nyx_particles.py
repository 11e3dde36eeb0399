"""Nyx's binary particles: Mpc and Msun without an h, and a box that nobody says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from particle_files import nyx

from backends.data.facts import Facts
from backends.data.particles import Particles
from backends.errors import MissingFact
from backends.readers import opening, registry

READER = registry()["nyx-particles"]


def particles(rng: np.random.Generator, n: int = 16**3, side: float = 8.0) -> np.ndarray:
    return np.column_stack([side * rng.random((n, 3)), np.full(n, 5.9e8), rng.normal(size=(n, 3))])


def load(path: Path, told: Facts) -> Particles:
    (description,), refused = opening.describe([path], told)
    assert not refused
    data = opening.load(description, told, columns=("velocities",))
    assert isinstance(data, Particles)
    return data


@pytest.mark.parametrize("dtype", ["<f4", "<f8"])
def test_the_told_box_brings_lengths_and_masses_to_units_of_h(
    tmp_path: Path, rng: np.random.Generator, dtype: str
) -> None:
    rows = particles(rng)
    path = nyx(tmp_path / "ic", rows, dtype)
    data = load(path, Facts(box_size=8 * 0.67))
    np.testing.assert_allclose(data.positions, rows[:, :3] * 0.67, rtol=1e-6)
    np.testing.assert_allclose(data.masses, rows[:, 3] * 0.67, rtol=1e-6)
    np.testing.assert_allclose(data.velocities, rows[:, 4:], rtol=1e-6)
    assert data.redshift is None


def test_a_box_is_proposed_and_what_is_assumed_is_said(tmp_path: Path, rng: np.random.Generator) -> None:
    path = nyx(tmp_path / "ic", particles(rng))
    (description,), _ = opening.describe([path])
    assert (description.box_size, description.hubble, description.species["dm"].mass_min) == (None, None, None)
    assert description.proposed.box_size == pytest.approx(5.6)
    assert any("8 Mpc" in warning and "h = 0.7" in warning for warning in description.warnings)
    with pytest.raises(MissingFact, match="--box-size"):
        opening.load(description)
    (told,), _ = opening.describe([path], Facts(hubble=0.5))
    assert told.proposed.box_size == pytest.approx(4.0)
    assert told.species["dm"].mass_min == pytest.approx(2.95e8)


def test_only_files_just_as_long_as_they_say_are_taken(tmp_path: Path, rng: np.random.Generator) -> None:
    rows = particles(rng, 20)
    whole = nyx(tmp_path / "whole", rows).read_bytes()
    for name, data in {
        "cut": whole[:-1],
        "longer": whole + b"\0",
        "short": whole[:15],
        "empty": b"",
        "none": nyx(tmp_path / "no", rows[:0]).read_bytes(),
        "huge": nyx(tmp_path / "hu", rows, count=10**15).read_bytes(),
        "negative": nyx(tmp_path / "neg", rows, count=-20).read_bytes(),
    }.items():
        path = tmp_path / name
        path.write_bytes(data)
        assert not READER.recognises(path)
    assert READER.recognises(tmp_path / "whole")
    assert not READER.recognises(tmp_path)
    _, (error,) = opening.describe([tmp_path / "cut"])
    assert "begins as Nyx's particles do" in str(error)


def test_numbers_that_are_none_suggest_no_box(tmp_path: Path, rng: np.random.Generator) -> None:
    rows = particles(rng, 100)
    rows[7, 1] = np.nan
    rows[9, 3] = np.inf
    (description,), refused = opening.describe([nyx(tmp_path / "ic", rows)])
    assert not refused
    assert description.proposed.box_size is None
    assert any("suggest no box" in warning for warning in description.warnings)


def test_real_file(shared_data: Path) -> None:
    """Sums by numpy alone: positions in Mpc, masses in Msun."""
    path = shared_data / "nyx/lya_32_particles/32.nyx"
    data = load(path, Facts(box_size=5.6))
    assert data.count == 32768
    sums = np.array([134839.9959249, 130223.9960644, 134391.9959384])
    np.testing.assert_allclose(data.positions.sum(axis=0) / 0.7, sums, rtol=1e-9)
    assert isinstance(data.masses, float)
    assert data.masses / 0.7 == pytest.approx(1.93380826e13 / 32768, rel=1e-8)
