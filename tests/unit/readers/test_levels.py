"""The level of a refined mesh is told: its cells, what is said of them, and what no memory holds."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import amr_samples
import numpy as np
import pytest

from app.cli import main
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import UnreadableFile, WrongCall
from backends.readers import opening
from backends.readers.amr import reading

Make = Callable[[str], Path]
REFINED = ("enzo", "ramses", "amrex-plotfile")


def density(path: Path, told: Facts, level: int | None = None) -> Field:
    (description,), refused = opening.describe([path], told)
    assert not refused
    name = next(name for name in description.fields if reading.DENSITY.search(name.removeprefix(reading.PREFIX)))
    field = opening.load(description, told, name if level is None else f"{name}@{level}")
    assert isinstance(field, Field)
    shown = max(description.levels) if told.level is None else told.level
    assert description.fields[name].shape == (description.levels[shown],) * 3
    return field


@pytest.mark.parametrize("name", REFINED)
def test_a_told_level_wins_over_the_default_and_over_a_named_one(name: str, sample: Make) -> None:
    path = sample(name)
    (description,), _ = opening.describe([path])
    assert len(description.levels) > 1
    finest = density(path, Facts())
    for level, side in description.levels.items():
        told = density(path, Facts(level=level))
        assert told.n_mesh == side
        np.testing.assert_array_equal(told.values, density(path, Facts(level=level), max(description.levels)).values)
        ratio = finest.n_mesh // side
        means = finest.values.reshape(side, ratio, side, ratio, side, ratio).mean(axis=(1, 3, 5))
        np.testing.assert_allclose(told.values, means, rtol=1e-5)


def test_what_there_is_not_and_what_no_memory_holds_is_refused_with_advice(
    sample: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = sample("enzo")
    (description,), _ = opening.describe([path])
    with pytest.raises(WrongCall, match="levels 0 to 2, and 7 is none of them"):
        opening.load(description, Facts(level=7), "grid/Density")
    monkeypatch.setattr(reading, "available_memory", lambda: 200_000)
    with pytest.raises(UnreadableFile, match=r"32³ cells at level 2, which take 393 kB.*coarser level with --level N"):
        opening.load(description, Facts(level=2), "grid/Density")
    field = opening.load(description, Facts(level=1), "grid/Density")
    assert isinstance(field, Field)


def test_the_command_line_takes_a_level(sample: Make, capsys: pytest.CaptureFixture[str]) -> None:
    path = sample("enzo")
    assert main(["info", str(path), "--json", "--level", "1"]) == 0
    known = json.loads(capsys.readouterr().out)
    assert known["fields"]["grid/Density"]["shape"] == [16, 16, 16]
    assert any("level 1, on 16³ cells" in warning for warning in known["warnings"])


def test_a_member_is_found_below_the_folder_that_is_named(tmp_path: Path, rng: np.random.Generator) -> None:
    (tmp_path / "run").mkdir()
    amr_samples.enzo(tmp_path / "run" / "DD0001", rng)
    (description,), refused = opening.describe([Path(f"{tmp_path / 'run'}::grid/Density")])
    assert not refused
    assert [part.member for part in description.parts] == ["grid/Density"]
