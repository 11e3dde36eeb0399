"""A density that is the same everywhere has no power, and what is measured of its modes says so."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from app.exporting.comparison import compare
from backends.data.facts import Facts
from backends.errors import UnreadableFile


@pytest.mark.parametrize("value", [0.5, 1.0])
def test_it_is_told_in_the_report(value: float, tmp_path: Path) -> None:
    np.save(tmp_path / "truth.npy", np.random.default_rng(0).lognormal(size=(12, 12, 12)).astype(np.float32))
    np.save(tmp_path / "flat.npy", np.full((12, 12, 12), value, np.float32))
    wanted = ("power-spectrum", "transfer-function", "correlation-coefficient")
    told = Facts(box_size=50.0, quantity="relative_density")
    compare(tmp_path / "truth.npy", [tmp_path / "flat.npy"], tmp_path / "out", statistics=wanted, told=told)
    report = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert report.count("flat has no fluctuations: all its cells hold the same density") >= len(wanted)


def test_a_box_without_matter_is_refused(tmp_path: Path) -> None:
    np.save(tmp_path / "empty.npy", np.zeros((12, 12, 12), np.float32))
    told = Facts(box_size=50.0, quantity="relative_density")
    with pytest.raises(UnreadableFile, match=r"empty\.npy .* zero everywhere"):
        compare(tmp_path / "empty.npy", [tmp_path / "empty.npy"], tmp_path / "out", told=told)
    assert not (tmp_path / "out").exists()
