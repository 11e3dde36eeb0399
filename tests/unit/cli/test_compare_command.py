"""``halograph compare`` writes what the contract says, and refuses the rest in one line."""

from __future__ import annotations

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np
import pytest

Command = Callable[..., subprocess.CompletedProcess[str]]

TOLD = ("--box-size", 100, "--quantity", "relative_density", "--cell-offset", 0.5)
ALWAYS = {"power-spectrum", "transfer-function", "correlation-coefficient", "density-pdf", "halo-mass-function"}


def load(out: Path) -> dict[str, Any]:
    def refuse(constant: str) -> None:
        raise AssertionError(f"{constant} is not JSON")

    found: dict[str, Any] = json.loads((out / "results.json").read_text(encoding="utf-8"), parse_constant=refuse)
    return found


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory, halograph: Command, grids: Path) -> Path:
    out = tmp_path_factory.mktemp("compared") / "new" / "out"
    paths = [grids / f"{name}.npy" for name in ("truth", "good", "bad")]
    done = halograph("compare", *paths, "--out", out, *TOLD, "--formats", "svg")
    assert (done.returncode, done.stderr) == (0, "")
    return out


def test_results_are_in_the_order_given_with_the_contract_s_names(compared: Path) -> None:
    found = load(compared)
    assert list(found) == ["format", "reference", "runs", "statistics", "scores"]
    assert (found["format"], found["reference"]) == (1, "truth")
    assert list(found["runs"]) == ["truth", "good", "bad"]
    assert found["runs"]["good"]["box_size"] == 100
    assert found["runs"]["good"]["format"] == "numpy-grid"
    assert found["runs"]["good"]["redshift"] is None
    assert set(found["statistics"]) >= ALWAYS
    power = found["statistics"]["power-spectrum"]
    assert list(power["runs"]) == ["truth", "good", "bad"]
    assert set(power["runs"]["truth"]) == {"k", "power", "error", "n_modes", "shot_noise"}
    assert power["units"]["power"] == "(Mpc/h)^3"
    assert len(power["runs"]["truth"]["k"]) == 7
    for name, column in (("transfer-function", "transfer"), ("correlation-coefficient", "r")):
        assert list(found["statistics"][name]["runs"]) == ["good", "bad"]
        assert set(found["statistics"][name]["runs"]["good"]) == {"k", column, "error"}
    assert "skipped" in found["statistics"]["halo-mass-function"]["runs"]["truth"]


def test_a_grid_keeps_its_mesh_and_no_window_is_divided_out(compared: Path, grids: Path) -> None:
    power = load(compared)["statistics"]["power-spectrum"]
    assert power["parameters"]["n_mesh"] == 16
    assert power["parameters"]["mass_assignment"] is None
    truth = np.load(grids / "truth.npy").astype(np.float64)
    modes = np.fft.fftn(truth / truth.mean() - 1)
    m = np.fft.fftfreq(16, 1 / 16)
    squared = m[:, None, None] ** 2 + m[None, :, None] ** 2 + m[None, None, :] ** 2
    shell = (squared >= 1) & (squared < 4)
    assert power["runs"]["truth"]["power"][0] == pytest.approx(
        (abs(modes[shell]) ** 2).mean() * 100**3 / 16**6, rel=1e-5
    )
    assert power["runs"]["truth"]["n_modes"][0] == shell.sum() // 2


def test_scores_rank_the_good_before_the_bad(compared: Path) -> None:
    scores = load(compared)["scores"]
    assert list(scores) == ["good", "bad"]
    assert scores["good"]["k_correlation"] is None
    assert scores["bad"]["k_correlation"] == pytest.approx(
        load(compared)["statistics"]["power-spectrum"]["runs"]["truth"]["k"][0]
    )


def test_tables_figures_and_report_are_there(compared: Path) -> None:
    found = load(compared)
    with (compared / "tables" / "power-spectrum.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["run"] for row in rows] == ["truth"] * 7 + ["good"] * 7 + ["bad"] * 7
    mine = [float(row["power"]) for row in rows if row["run"] == "good"]
    assert mine == found["statistics"]["power-spectrum"]["runs"]["good"]["power"]
    assert {path.stem for path in (compared / "figures").iterdir() if path.suffix == ".svg"} >= ALWAYS - {
        "halo-mass-function"
    }
    report = (compared / "report.html").read_text(encoding="utf-8")
    assert report.startswith("<!doctype html>")
    assert report.rstrip().endswith("</html>")
    assert "http" not in report.replace("http://www.w3.org", "")
    assert sorted(path.name for path in compared.parent.iterdir()) == ["out"]


def test_snapshots_are_compared_on_the_default_mesh(tmp_path: Path, halograph: Command, snapshots: Path) -> None:
    paths = [snapshots / f"run_z{z}.hdf5" for z in ("0.00", "1.00")]
    options = ("--label", "now", "<b>then</b>", "--statistics", "power-spectrum,halo-mass-function")
    done = halograph("compare", *paths, "--out", tmp_path / "out", *options, "--formats", "pdf,png,svg")
    assert (done.returncode, done.stderr) == (0, "")
    for kind, begins in (("pdf", b"%PDF"), ("png", b"\x89PNG"), ("svg", b"<?xml")):
        assert (tmp_path / "out" / "figures" / f"power-spectrum.{kind}").read_bytes().startswith(begins)
    found = load(tmp_path / "out")
    assert list(found["runs"]) == ["now", "<b>then</b>"]
    assert list(found["statistics"]) == ["power-spectrum", "halo-mass-function"]
    parameters = found["statistics"]["power-spectrum"]["parameters"]
    assert (parameters["n_mesh"], parameters["mass_assignment"], parameters["interlaced"]) == (32, "tsc", True)
    assert found["statistics"]["power-spectrum"]["runs"]["now"]["shot_noise"] == pytest.approx(8.0)
    assert {"k_transfer", "k_correlation"} <= set(found["scores"]["<b>then</b>"])
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "<b>then</b>" not in report
    assert "&lt;b&gt;then&lt;/b&gt;" in report


def test_options_choose_mesh_and_mass_assignment(tmp_path: Path, halograph: Command, snapshots: Path) -> None:
    path = snapshots / "run_z0.00.hdf5"
    options = ("--n-mesh", 24, "--mass-assignment", "cic", "--no-interlaced", "--species", "dm")
    done = halograph(
        "compare", path, path, "--out", tmp_path / "out", *options, "--statistics", "power-spectrum", "--formats", "svg"
    )
    assert (done.returncode, done.stderr) == (0, "")
    parameters = load(tmp_path / "out")["statistics"]["power-spectrum"]["parameters"]
    assert (parameters["n_mesh"], parameters["mass_assignment"], parameters["interlaced"]) == (24, "cic", False)
    assert list(load(tmp_path / "out")["runs"]) == ["run_z0.00", "run_z0.00-2"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["truth.npy", "good.npy", "--out", "out", "--quantity", "relative_density"], "--box-size"),
        (["vector.npy", "vector.npy", "--out", "out", "--box-size", "100"], "--quantity"),
        (["truth.npy", "small.npy", "--out", "out", *map(str, TOLD)], "small.npy"),
        (["truth.npy", "good.npy", "--out", "", *map(str, TOLD)], "--out"),
        (["truth.npy", "good.npy", "--out", "out", "--label", "", "B", *map(str, TOLD)], "label"),
        (["truth.npy", "good.npy", "--out", "out", "--redshift", "-1", *map(str, TOLD)], "redshift"),
        (["truth.npy", "absent.npy", "--out", "out", *map(str, TOLD)], "absent.npy"),
        (["truth.npy", "nan.npy", "--out", "out", *map(str, TOLD)], "nan.npy"),
        (["truth.npy", "good.npy", *map(str, TOLD)], "--out"),
        (["truth.npy", "--out", "out", *map(str, TOLD)], "PREDICTION"),
        (["truth.npy", "good.npy", "--out", "out", "--statistics", "colour", *map(str, TOLD)], "colour"),
        (["truth.npy", "good.npy", "--out", "out", "--formats", "gif", *map(str, TOLD)], "gif"),
        (["truth.npy", "good.npy", "--out", "out", "--mass-assignment", "tss", *map(str, TOLD)], "tss"),
        (["truth.npy", "good.npy", "--out", "out", "--label", "one", *map(str, TOLD)], "label"),
        (["truth.npy", "good.npy", "--out", "out", "--label", "one", "--label", "one", *map(str, TOLD)], "'one'"),
        (["truth.npy", "good.npy", "--out", "truth.npy", *map(str, TOLD)], "truth.npy"),
        (["truth.npy", "good.npy", "--out", "out", "--box-size", "-3"], "-3"),
        (["truth.npy", "good.npy", "--out", "out", "--frobnicate"], "--frobnicate"),
    ],
)
def test_what_cannot_be_used_is_refused_in_one_line(
    halograph: Command, grids: Path, arguments: list[str], says: str
) -> None:
    done = halograph("compare", *arguments, cwd=grids)
    assert done.returncode == 2
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (grids / "out").exists()
    assert not [path for path in grids.iterdir() if path.name.startswith(".")]


def test_a_density_is_known_by_its_values_and_that_is_said(halograph: Command, grids: Path, tmp_path: Path) -> None:
    paths = (grids / "truth.npy", grids / "good.npy")
    options = ("--statistics", "power-spectrum", "--formats", "svg", "--box-size", 100)
    told = halograph("compare", *paths, "--out", tmp_path / "told", *options, "--quantity", "relative_density")
    inferred = halograph("compare", *paths, "--out", tmp_path / "inferred", *options)
    assert (inferred.returncode, inferred.stderr) == (0, "")
    assert "good.npy: By its values" in inferred.stdout
    assert "By its values" not in told.stdout
    assert load(tmp_path / "told")["statistics"] == load(tmp_path / "inferred")["statistics"]
    assert any("--quantity" in warning for warning in load(tmp_path / "inferred")["runs"]["good"]["warnings"])


def test_a_run_of_another_mesh_is_held_against_nothing(halograph: Command, grids: Path, tmp_path: Path) -> None:
    paths = [grids / f"{name}.npy" for name in ("truth", "small", "good")]
    names = "power-spectrum,transfer-function,correlation-coefficient,density-pdf"
    done = halograph("compare", *paths, "--out", tmp_path / "out", *TOLD, "--formats", "svg", "--statistics", names)
    assert (done.returncode, done.stderr) == (0, "")
    found = load(tmp_path / "out")
    for name in ("transfer-function", "correlation-coefficient"):
        assert "16×16×16 and 8×8×8" in found["statistics"][name]["runs"]["small"]["skipped"]
        assert "skipped" not in found["statistics"][name]["runs"]["good"]
    assert set(found["scores"]["small"].values()) == {None}
    assert found["scores"]["good"]["pdf_distance"] is not None


@pytest.mark.skipif(sys.platform != "linux", reason="names of files are bytes on Linux alone")
def test_names_that_are_no_text_and_terminals_without_greek(halograph: Command, grids: Path, tmp_path: Path) -> None:
    odd = tmp_path / os.fsdecode(b"\xff\x1b[31m\nodd.npy")
    shutil.copyfile(grids / "good.npy", odd)
    options = ("--statistics", "power-spectrum,transfer-function", "--formats", "pdf,png,svg")
    done = halograph("compare", grids / "truth.npy", odd, "--out", tmp_path / "out", *TOLD, *options)
    assert (done.returncode, done.stderr) == (0, "")
    assert "\x1b" not in done.stdout
    assert len(load(tmp_path / "out")["runs"]) == 2
    (known,) = halograph("info", odd, "--json").stdout.splitlines()
    assert json.loads(known)["path"] == str(odd)
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    command = [sys.executable, "-m", "app", "info", str(grids / "truth.npy")]
    spoken = subprocess.run(command, capture_output=True, text=True, timeout=60, env=environment)
    assert (spoken.returncode, spoken.stderr) == (0, "")


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_comparison_leaves_nothing(
    tmp_path: Path, snapshots: Path, number: signal.Signals, status: int
) -> None:
    path, out = str(snapshots / "run_z0.00.hdf5"), str(tmp_path / "out")
    # More than any machine does in the seconds before it is interrupted.
    work = ["--n-mesh", "512", "--statistics", "all"]
    command = [sys.executable, "-m", "app", "compare", path, path, "--out", out, *work]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as run:
        time.sleep(4)
        run.send_signal(number)
        _, errors = run.communicate(timeout=120)
    assert run.returncode == status
    assert len(errors.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_table_is_drawn_beside_the_runs(halograph: Command, grids: Path, tmp_path: Path) -> None:
    k = np.geomspace(0.01, 10, 50)
    np.savetxt(tmp_path / "theory.dat", np.stack([k, 30 / k], axis=1), header="k [h/Mpc]  P [(Mpc/h)^3]")
    call = (
        "compare",
        grids / "truth.npy",
        grids / "good.npy",
        *TOLD,
        "--formats",
        "svg",
        "--statistics",
        "power-spectrum",
    )
    done = halograph(*call, "--out", tmp_path / "out", "--curve", tmp_path / "theory.dat")
    assert (done.returncode, done.stderr) == (0, "")
    assert "<!-- theory -->" in (tmp_path / "out" / "figures" / "power-spectrum.svg").read_text("utf-8")
    refused = halograph(*call, "--out", tmp_path / "other", "--curve", grids / "bad.npy")
    assert refused.returncode == 2
    assert "--curve" in refused.stderr
    run = halograph("compare", grids / "truth.npy", tmp_path / "theory.dat", "--out", tmp_path / "third", *TOLD)
    assert run.returncode == 2
    assert "--curve" in run.stderr


def test_a_prediction_without_positions_is_refused(halograph: Command, grids: Path) -> None:
    with h5py.File(grids / "void.hdf5", "w") as file:
        header = file.create_group("Header").attrs
        header.update({"NumPart_ThisFile": [0, 8, 0, 0, 0, 0], "NumPart_Total": [0, 8, 0, 0, 0, 0]})
        header.update({"MassTable": [0.0, 1.0, 0, 0, 0, 0], "BoxSize": 100.0, "Time": 1.0, "Redshift": 0.0})
        header.update({"NumFilesPerSnapshot": 1, "HubbleParam": 0.7, "Omega0": 0.3, "OmegaLambda": 0.7})
        file["PartType1/Velocities"] = np.zeros((8, 3), np.float32)
    words = ["truth.npy", "void.hdf5", "--out", "out", "--statistics", "power-spectrum", *map(str, TOLD)]
    done = halograph("compare", *words, cwd=grids)
    assert (done.returncode, done.stdout) == (2, "")
    assert "void.hdf5 keeps no positions" in done.stderr
    assert not (grids / "out").exists()
