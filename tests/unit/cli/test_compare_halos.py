"""``halograph compare --halos RUN=FILE``: the halos of a run are those of its catalogue, and not of its particles."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

SIDE = 32.0
MASSES = np.repeat([1.2e13, 3.4e13, 2.1e14], [9, 5, 1])
STATISTICS = ("--statistics", "halo-mass-function,power-spectrum", "--formats", "svg")


@pytest.fixture(scope="module")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two Rockstar lists of fifteen halos: of the box of the snapshots, here=1.list, and of one twice as wide."""
    folder = tmp_path_factory.mktemp("catalogues")
    places = np.random.default_rng(5).random((MASSES.size, 3))
    for name, side in (("here=1.list", SIDE), ("wide.list", 2 * SIDE)):
        lines = [
            "#ID DescID Mvir Vmax Vrms Rvir Rs Np X Y Z VX VY VZ",
            "#a = 1.000000",
            "#Om = 0.3111; Ol = 0.6889; h = 0.6766",
            f"#Box size: {side:.6f} Mpc/h",
            "#Particle mass: 1.00000e+11 Msun/h",
            "#Units: Masses in Msun / h",
        ]
        lines += [
            f"{i} -1 {mass:.4e} 300 200 500 100 {round(mass / 1e11)} {x:.5f} {y:.5f} {z:.5f} 0 0 0"
            for i, (mass, (x, y, z)) in enumerate(zip(MASSES, side * places, strict=True))
        ]
        (folder / name).write_text("\n".join(lines) + "\n")
    return folder


def test_halos_are_those_of_the_catalogue(
    halograph: Command, snapshots: Path, catalogues: Path, tmp_path: Path
) -> None:
    run, listed = snapshots / "run_z0.00.hdf5", catalogues / "here=1.list"
    call = ("compare", run, run, "--label", "truth", "z=0 model", *STATISTICS)
    done = halograph(*call, "--halos", f"z=0 model={listed}", "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert found["runs"]["z=0 model"]["halos"] == str(listed)
    assert "halos" not in found["runs"]["truth"]
    counted = found["statistics"]["halo-mass-function"]
    mine = counted["runs"]["z=0 model"]
    bins = [(mass, count) for mass, count in zip(mine["mass"], mine["count"], strict=True) if count]
    assert [count for _, count in bins] == [9, 5, 1]
    np.testing.assert_allclose(np.log10([mass for mass, _ in bins]), np.log10(np.unique(MASSES)), atol=0.05)
    assert sum(counted["runs"]["truth"].get("count", [])) != 15  # linked from its particles
    powers = found["statistics"]["power-spectrum"]["runs"]
    assert powers["truth"] == powers["z=0 model"]  # its matter stays its own
    report = (tmp_path / "out" / "report.html").read_text("utf-8")
    assert "here=1.list" in report


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["nobody={here}"], "RUN one of run_z0.00, run_z1.00"),
        (["run_z0.00"], "RUN=FILE"),
        (["run_z0.00={wide}"], "another box"),
        (["run_z1.00={here}"], "another time"),
        (["run_z0.00={here}", "run_z0.00={here}"], "twice"),
        (["run_z0.00={here},{wide}"], "2 catalogues for 1 box"),
        (["run_z0.00={snapshot}"], "no list of halos"),
        (["run_z0.00={here}.not"], "does not exist"),
    ],
)
def test_a_catalogue_that_cannot_be_meant_is_refused_in_one_line(
    halograph: Command, snapshots: Path, catalogues: Path, tmp_path: Path, words: list[str], says: str
) -> None:
    names = {
        "here": catalogues / "here=1.list",
        "wide": catalogues / "wide.list",
        "snapshot": snapshots / "run_z1.00.hdf5",
    }
    given = [text for word in words for text in ("--halos", word.format(**names))]
    runs = [snapshots / f"run_z{z}.hdf5" for z in ("0.00", "1.00")]
    done = halograph("compare", *runs, "--out", tmp_path / "out", *STATISTICS, *given)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert says in done.stderr
    assert not (tmp_path / "out").exists()


def test_each_realisation_has_a_catalogue_of_its_own(
    halograph: Command, snapshots: Path, catalogues: Path, tmp_path: Path
) -> None:
    run, here = snapshots / "run_z0.00.hdf5", catalogues / "here=1.list"
    boxes, lists = [], []
    for number in (1, 2):
        boxes.append(tmp_path / f"box{number}.hdf5")
        boxes[-1].symlink_to(run)
        lists.append(tmp_path / f"list{number}.list")
        lists[-1].write_text(here.read_text())
    given = f"box=2={tmp_path}/list*.list"
    call = ("compare", run, f"{boxes[0]},{boxes[1]}", "--label", "one", "box=2", *STATISTICS)
    done = halograph(*call, "--halos", given, "--out", tmp_path / "out")
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads((tmp_path / "out" / "results.json").read_text("utf-8"))
    assert found["runs"]["box=2"]["halos"] == [str(path) for path in lists]
