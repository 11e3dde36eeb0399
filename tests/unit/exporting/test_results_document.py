"""``results.json``, the tables and the report keep the command line's contract."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.exporting.delivery import delivered
from app.exporting.results import results_document, save_results, to_plain
from app.exporting.runs import default_labels
from app.exporting.tables import to_csv
from backends.data.statistic import StatisticResult
from backends.errors import WrongCall


def result(**changes: object) -> StatisticResult:
    columns = {"k": np.array([0.1, 0.2]), "power": np.array([1 / 3, np.nan]), "shot_noise": 8.0}
    values: dict[str, object] = {"mass_assignment": "tsc", "n_mesh": np.int64(64), "empty_share": np.float64(0.5)}
    return StatisticResult("p", columns, {"k": "h/Mpc"}, "k", "power", parameters={**values, **changes})


def document() -> dict[str, object]:
    runs = {"truth": {"path": Path("a.hdf5")}, "b": {}, "a": {}}
    noted = replace(result(empty_share=0.25), notes=("the last bin is empty",))
    results = {"p": {"a": noted, "truth": result(), "b": "it is a catalogue"}}
    return results_document("truth", runs, results, {"b": {"k_transfer": np.inf}})


def test_the_document_is_strict_json_in_the_order_given(tmp_path: Path) -> None:
    save_results(document(), tmp_path / "results.json")

    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    found = json.loads((tmp_path / "results.json").read_text(encoding="utf-8"), parse_constant=refuse)
    assert list(found) == ["format", "reference", "runs", "statistics", "scores"]
    assert found["format"] == 1
    assert list(found["runs"]) == ["truth", "b", "a"]
    assert list(found["statistics"]["p"]["runs"]) == ["truth", "b", "a"]
    assert found["statistics"]["p"]["runs"]["b"] == {"skipped": "it is a catalogue"}
    assert found["statistics"]["p"]["runs"]["a"] == {"k": [0.1, 0.2], "power": [1 / 3, None], "shot_noise": 8.0}
    assert found["scores"] == {"b": {"k_transfer": None}}


def test_parameters_in_which_runs_differ_are_given_by_run() -> None:
    found = to_plain(document())["statistics"]["p"]
    assert found["parameters"] == {
        "mass_assignment": "tsc",
        "n_mesh": 64,
        "empty_share": {"a": 0.25, "truth": 0.5},
    }
    assert found["units"] == {"k": "h/Mpc"}
    assert found["notes"] == {"a": ["the last bin is empty"]}


def test_a_table_has_the_contract_s_columns_in_full_precision() -> None:
    assert to_csv({"a, b": result()}).splitlines() == [
        "run,k,power,shot_noise",
        '"a, b",0.1,0.3333333333333333,8.0',
        '"a, b",0.2,,8.0',
    ]


def test_default_labels_are_the_stems_made_unique() -> None:
    paths = [Path("x/nbody.hdf5"), Path("y/nbody.hdf5"), Path("z/nbody.npy"), Path("folder")]
    assert default_labels(paths) == ["nbody", "nbody-2", "nbody-3", "folder"]


class Interrupted(BaseException):
    pass


def test_a_folder_arrives_whole_or_not_at_all(tmp_path: Path) -> None:
    out = tmp_path / "new" / "deep" / "results"

    def write(fail: bool) -> None:
        with delivered(out) as draft:
            (draft / "tables").mkdir()
            (draft / "tables" / "p.csv").write_text("1")
            if fail:
                raise Interrupted

    with pytest.raises(Interrupted):
        write(fail=True)
    assert list(tmp_path.iterdir()) == []
    write(fail=False)
    assert (out / "tables" / "p.csv").read_text() == "1"
    (out / "mine.txt").write_text("kept")
    with pytest.raises(Interrupted):
        write(fail=True)
    write(fail=False)
    assert sorted(path.name for path in out.rglob("*")) == ["mine.txt", "p.csv", "tables"]
    assert [path.name for path in out.parent.iterdir()] == ["results"]


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongCall, match="is a file"), delivered(tmp_path / "file"):
        pass
