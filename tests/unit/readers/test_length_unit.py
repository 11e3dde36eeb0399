"""A unit of length that is told: positions and the box go with it, whoever reads them."""

from __future__ import annotations

import json
from pathlib import Path

import h5py
import numpy as np
import pytest

from app.cli import main
from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.length_unit import LENGTH_UNITS, length_factor, unit_name
from backends.data.particles import Particles
from backends.data.run import Origin, Run
from backends.errors import MissingFact
from backends.readers import opening

SIDE, COUNT = 64.0, 500


def snapshot(path: Path, **more: float) -> Description:
    """Positions in [0, 64) of a unit that the header does not say."""
    with h5py.File(path, "w") as file:
        header = file.create_group("Header").attrs
        header["NumPart_ThisFile"] = header["NumPart_Total"] = np.array([0, COUNT, 0, 0, 0, 0], np.uint32)
        header["MassTable"], header["NumFilesPerSnapshot"], header["BoxSize"] = [0, 5.0, 0, 0, 0, 0], 1, SIDE
        for name, value in more.items():
            header[name] = value
        positions = (SIDE * np.random.default_rng(4).random((COUNT, 3))).astype(np.float32)
        file["PartType1/Coordinates"] = positions
    return opening.describe([path])[0][0]


def loaded(described: Description, told: Facts) -> Particles:
    found = opening.load(described, told)
    assert isinstance(found, Particles)
    return found


def run_of(described: Description, told: Facts) -> Run:
    return Run("run-1", "run", "#ffffff", "reference", Origin(described.path, described.format), described, told)


@pytest.mark.parametrize(("unit", "side"), [("Mpc/h", 64.0), ("kpc/h", 0.064), ("Mpc", 64 * 0.7), ("kpc", 0.064 * 0.7)])
def test_positions_and_box_follow_the_unit_that_is_told(tmp_path: Path, unit: str, side: float) -> None:
    described = snapshot(tmp_path / "snap.hdf5", HubbleParam=0.7)
    assert (described.length_unit, described.length_read) == (None, 1e-3)
    told = Facts(length_unit=unit)
    found, plain = loaded(described, told), loaded(described, Facts())
    assert plain.box_size == pytest.approx(0.064)
    assert found.box_size == pytest.approx(side)
    np.testing.assert_allclose(found.positions, plain.positions * (side / 0.064), rtol=1e-6)
    assert run_of(described, told).facts.box_size == pytest.approx(side)
    pieces = list(opening.stream(described, told))
    assert pieces[0].box_size == pytest.approx(side)
    assert opening.sample(described, told).box_size == pytest.approx(side)


def test_a_box_that_is_told_too_is_the_box(tmp_path: Path) -> None:
    described = snapshot(tmp_path / "snap.hdf5")
    told = Facts(box_size=128.0, length_unit="Mpc/h")
    found = loaded(described, told)
    assert found.box_size == run_of(described, told).facts.box_size == 128.0
    assert 63 < found.positions.max() < 64


def test_a_unit_that_the_file_states_is_corrected(tmp_path: Path) -> None:
    described = snapshot(tmp_path / "snap.hdf5", UnitLength_in_cm=3.085678e21)
    assert described.length_unit == described.length_read == 1e-3
    assert loaded(described, Facts(length_unit="Mpc/h")).box_size == pytest.approx(64)


def test_lengths_without_h_need_it(tmp_path: Path) -> None:
    described = snapshot(tmp_path / "snap.hdf5")
    with pytest.raises(MissingFact, match="--hubble H"):
        opening.load(described, Facts(length_unit="Mpc"))
    assert loaded(described, Facts(length_unit="Mpc", hubble=0.5)).box_size == pytest.approx(32)
    assert run_of(described, Facts(length_unit="Mpc")).facts.box_size is None


def test_factors() -> None:
    assert length_factor(Facts(), 1e-3, None) == 1
    assert length_factor(Facts(length_unit="kpc/h"), None, 0.7) == 1
    assert [unit_name(value) for value in (1.0, 1e-3, 0.7, None)] == ["Mpc/h", "kpc/h", None, None]
    assert set(LENGTH_UNITS) == {"Mpc/h", "kpc/h", "Mpc", "kpc"}


def test_the_command_line_is_told_for_files_that_do_not_say(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silent, stating = tmp_path / "silent.hdf5", tmp_path / "stating.hdf5"
    snapshot(silent)
    snapshot(stating, UnitLength_in_cm=3.085678e21)
    assert main(["info", str(silent), str(stating), "--json", "--length-unit", "Mpc/h"]) == 0
    boxes = [json.loads(line)["box_size"] for line in capsys.readouterr().out.splitlines()]
    assert boxes == pytest.approx([64, 0.064])


def test_a_told_h_leaves_numbers_by_a_stated_one_and_that_is_said(tmp_path: Path) -> None:
    plain = snapshot(tmp_path / "snap.hdf5", HubbleParam=0.7)
    told = Facts(hubble=0.5)
    (described,), _ = opening.describe([plain.path], told)
    assert loaded(described, told).box_size == loaded(plain, Facts()).box_size
    (said,) = set(described.warnings) - set(plain.warnings)
    assert "h = 0.7" in said
    assert "h = 0.5" in said
    for agreed in (Facts(hubble=0.7), Facts(hubble=0.5, length_unit="Mpc")):
        (described,), _ = opening.describe([plain.path], agreed)
        assert set(described.warnings) <= set(plain.warnings)
