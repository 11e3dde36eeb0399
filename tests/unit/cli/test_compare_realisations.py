"""``halograph compare`` of realisations: named by a pattern or by commas, and paired in their order."""

from __future__ import annotations

import csv
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from app.exporting.given_paths import given_paths
from app.exporting.runs import name_of
from backends.data.realisations import ensemble_name
from backends.errors import WrongCall

Command = Callable[..., subprocess.CompletedProcess[str]]
TOLD = ("--box-size", 100, "--quantity", "relative_density", "--cell-offset", 0.5)
COUNT, N = 11, 8


@pytest.fixture(scope="module")
def boxes(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """truth_box1 … 11, unet_box1 … 11, whose density contrast is that of the box of the same number times 1.1."""
    folder = tmp_path_factory.mktemp("boxes")
    for number in range(1, COUNT + 1):
        truth = np.random.default_rng(number).lognormal(0, 0.3, (N, N, N))
        truth /= truth.mean()
        np.save(folder / f"truth_box{number}.npy", truth.astype(np.float32))
        np.save(folder / f"unet_box{number}.npy", (1 + 1.1 * (truth - 1)).astype(np.float32))
    return folder


@pytest.fixture(scope="module")
def compared(boxes: Path, halograph: Command, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    out = tmp_path_factory.mktemp("compared") / "out"
    names = "power-spectrum,transfer-function,power-covariance,density-pdf"
    words = (boxes / "truth_box*.npy", boxes / "unet_box*.npy", "--statistics", names)
    done = halograph("compare", *words, "--out", out, *TOLD, "--formats", "png", "--error-kind", "mean")
    assert (done.returncode, done.stderr) == (0, "")
    return out, done.stdout


def results(out: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((out / "results.json").read_text(encoding="utf-8"))
    return found


def test_the_results_say_how_many_there_are_and_what_errors_mean(compared: tuple[Path, str], boxes: Path) -> None:
    found = results(compared[0])
    assert list(found["runs"]) == ["truth", "unet"]
    assert found["runs"]["truth"]["n_members"] == COUNT
    assert found["runs"]["truth"]["members"] == [str(boxes / f"truth_box{i}.npy") for i in range(1, COUNT + 1)]
    power = found["statistics"]["power-spectrum"]
    assert (power["parameters"]["n_members"], power["parameters"]["error_kind"]) == (COUNT, "mean")
    transfer = found["statistics"]["transfer-function"]["runs"]["unet"]
    np.testing.assert_allclose(transfer["transfer"], 1.1, rtol=1e-4)  # each against its own box
    assert max(transfer["error"]) < 1e-4
    assert f"truth: {COUNT} realisations, truth_box1.npy to truth_box{COUNT}.npy" in compared[1]


def test_mean_and_error_are_numpy_s(compared: tuple[Path, str], boxes: Path) -> None:
    m = np.fft.fftfreq(N, 1 / N)
    squared = m[:, None, None] ** 2 + m[None, :, None] ** 2 + m**2
    shell = (squared >= 1) & (squared < 4)
    powers = []
    for number in range(1, COUNT + 1):
        truth = np.load(boxes / f"truth_box{number}.npy").astype(np.float64)
        powers.append((abs(np.fft.fftn(truth - truth.mean())[shell]) ** 2).mean() * 100**3 / N**6)
    run = results(compared[0])["statistics"]["power-spectrum"]["runs"]["truth"]
    assert run["power"][0] == pytest.approx(np.mean(powers), rel=1e-5)
    assert run["error"][0] == pytest.approx(np.std(powers, ddof=1) / np.sqrt(COUNT), rel=1e-4)


def test_figures_the_report_and_the_covariance_s_table_are_there(compared: tuple[Path, str]) -> None:
    out, _ = compared
    assert (out / "figures" / "power-covariance.png").stat().st_size > 5000
    report = (out / "report.html").read_text(encoding="utf-8")
    assert "error of the mean, the scatter of one realisation divided by √n" in report
    with (out / "tables" / "power-covariance.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["run"] == "truth"]
    matrix = np.array([float(row["covariance"]) for row in rows])
    side = round(matrix.size**0.5)
    error = results(out)["statistics"]["power-spectrum"]["runs"]["truth"]["error"]
    np.testing.assert_allclose(np.sqrt(np.diag(matrix.reshape(side, side)) / COUNT), error[:side], rtol=1e-6)
    said = results(out)["statistics"]["power-covariance"]["parameters"]
    assert said["hartlap"] == pytest.approx((COUNT - side - 2) / (COUNT - 1))


def test_other_numbers_of_boxes_are_refused_in_one_line(boxes: Path, halograph: Command, tmp_path: Path) -> None:
    words = (boxes / "truth_box*.npy", f"{boxes}/unet_box1.npy,{boxes}/unet_box2.npy")
    done = halograph("compare", *words, "--out", tmp_path / "out", *TOLD)
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1
    assert f"unet has 2 realisations and the reference {COUNT} realisations: gather as many of both" in done.stderr
    assert not (tmp_path / "out").exists()


def test_words_are_files_first_and_patterns_in_the_order_of_numbers(boxes: Path, tmp_path: Path) -> None:
    found = given_paths(boxes / "unet_box*.npy")
    assert [path.stem for path in found] == [f"unet_box{i}" for i in range(1, COUNT + 1)]
    assert name_of(found) == "unet"
    odd = tmp_path / "a,b[1].npy"
    odd.touch()
    assert given_paths(odd) == (odd,)
    assert given_paths(Path("gone.npy")) == (Path("gone.npy"),)
    with pytest.raises(WrongCall, match="no file is called as"):
        given_paths(tmp_path / "none*.npy")
    with pytest.raises(WrongCall, match="twice"):
        given_paths(Path(f"{boxes}/unet_box1.npy,{boxes}/unet_box1.npy"))


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        (("truth_box1", "truth_box12"), "truth"),
        (("run 3 seed 1", "run 3 seed 2"), "run"),
        (("1", "2"), "1"),
        (("box1", "box2"), "box"),
        (("lr-sim_001", "lr-sim_002"), "lr-sim"),
        (("one", "other2"), "one"),
    ],
)
def test_an_ensemble_has_the_name_that_its_files_share(labels: tuple[str, ...], name: str) -> None:
    assert ensemble_name(labels) == name
