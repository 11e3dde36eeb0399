"""Of every statistic and run ``halograph compare`` writes numbers with units, or the reason why there are none."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from markupsafe import escape

from backends.statistics import registry

Command = Callable[..., subprocess.CompletedProcess[str]]

UNITS = {
    *("", "rad", "Mpc/h", "h/Mpc", "Msun/h", "km/s", "h^2 Msun/Mpc^3"),
    *(f"(Mpc/h)^{power}" for power in (2, 3, 4, 5, 6)),
    *(f"(h/Mpc)^{power}" for power in (2, 3)),
}


@pytest.mark.parametrize("held", ["snapshots", "maps", "lines"])
def test_every_run_has_numbers_with_units_or_a_reason(
    held: str, halograph: Command, snapshots: Path, tmp_path: Path
) -> None:
    paths, told = [snapshots / f"run_z{z}.hdf5" for z in ("0.00", "1.00")], ["--n-mesh", "32"]
    if held != "snapshots":
        shape, told = {"maps": (48, 48), "lines": (20, 64)}[held], ["--box-size", "60", "--redshift", "2.5"]
        paths = [tmp_path / "truth.npy", tmp_path / "model.npy"]
        for path, seed in zip(paths, (1, 2), strict=True):
            np.save(path, np.random.default_rng(seed).lognormal(-0.5, 1.0, shape).astype(np.float32))
        told += ["--quantity", "relative_density"]
    out = tmp_path / "out"
    done = halograph("compare", *paths, "--label", "truth", "model", "--out", out, "--formats", "svg", *told)
    assert (done.returncode, done.stderr) == (0, "")
    statistics = json.loads((out / "results.json").read_text("utf-8"))["statistics"]
    report = (out / "report.html").read_text("utf-8")
    assert report.count("<img ") == len(list((out / "figures").iterdir()))
    members = dict(registry())
    assert set(statistics) == set(members)
    for name, statistic in statistics.items():
        expected = ["model"] if members[name].needs_reference else ["truth", "model"]
        assert list(statistic["runs"]) == expected, name
        for label, found in statistic["runs"].items():
            if "skipped" in found:
                assert escape(found["skipped"]) in report, name
                continue
            assert set(found) <= set(statistic["units"]), name
            assert {statistic["units"][column] for column in found} <= UNITS, name
            lengths = {len(values) for values in found.values() if isinstance(values, list)}
            assert len(lengths) <= 1, name
            empty = [
                c for c, v in found.items() if not np.isfinite(np.array(v, dtype=float)).any() and c != "shot_noise"
            ]
            assert not empty or statistic["notes"].get(label), f"{name} of {label}: {empty}"
        if any("skipped" not in found for found in statistic["runs"].values()):
            assert (out / "tables" / f"{name}.csv").exists()
            assert (out / "figures" / f"{name}.svg").exists() or name == "break-scale"
