"""Matrices are drawn, told in numbers and redrawn by their script as their description has them."""

from __future__ import annotations

import csv
import io
import itertools
import subprocess
import sys
from pathlib import Path

import numpy as np

from app.exporting.figures import draw
from app.exporting.matrices import FAINT
from app.exporting.script import save_script
from app.exporting.tables import save_csv, to_csv
from backends.statistics.figure import Figure, Matrix

EDGES = np.array([0.1, 0.2, 0.3, 0.4])
VALUES = np.array([[1.0, 0.5, -0.25], [0.5, 1.0, 0.0], [-0.25, 0.0, 1.0]])


def described() -> Figure:
    sure = Matrix("a", "truth", "#ffffff", EDGES, VALUES, note="40 realisations, 3 bins, Hartlap 0.897")
    faint = Matrix("b", "u$net", "#ff0000", EDGES, VALUES.T / 2, faint=True, note="3 realisations, 3 bins: singular")
    return Figure(
        "power-covariance", "Covariance of P(k)", "k", "k′", False, False, (), matrices=(sure, faint), note="64³ mesh"
    )


def test_every_run_has_a_square_of_its_values_and_the_singular_one_is_faint() -> None:
    first, second, bar = draw(described()).axes
    for panel, one in zip((first, second), described().matrices, strict=True):
        (mesh,) = panel.collections
        np.testing.assert_array_equal(np.asarray(mesh.get_array()).reshape(3, 3), one.values)
        assert mesh.get_clim() == (-1, 1)
        assert mesh.get_alpha() == (FAINT if one.faint else 1.0)
        assert any(one.note in text.get_text() for text in panel.texts)
    assert bar.get_ylabel() == "correlation"


def test_the_table_says_both_places_and_the_script_redraws_it(tmp_path: Path) -> None:
    lines = io.StringIO(to_csv(described()))
    rows = list(csv.DictReader(itertools.dropwhile(lambda line: line.startswith("#"), lines)))
    assert len(rows) == 18
    assert {name: float(value) for name, value in rows[2].items() if name != "run"} == {
        "x_low": 0.1, "x_high": 0.2, "y_low": 0.3, "y_high": 0.4, "correlation": -0.25,
    }  # fmt: skip
    save_csv(described(), tmp_path / "matrix.csv")
    save_script(described(), tmp_path / "matrix.py", "matrix.csv")
    done = subprocess.run([sys.executable, "matrix.py"], cwd=tmp_path, capture_output=True, text=True, timeout=120)
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "matrix.pdf").stat().st_size > 2000
