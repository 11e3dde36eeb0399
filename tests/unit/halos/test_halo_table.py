"""Halos written as a table come back with their descendants; planted mergers are linked, on the command line too."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from merging_halos import PARTICLE, REDSHIFTS, write_snapshots

from backends.data.catalogue import Catalogue
from backends.readers import opening

EARLY, MIDDLE, LATE = (number * 10**10 for number in range(3))


def halograph(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "app", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=240)


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("merging")
    last, first, middle = np.array(write_snapshots(folder))[[2, 0, 1]]
    done = halograph("halos", last, first, middle, "--out", folder / "halos.csv")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Wrote {folder / 'halos.csv'}: 7 halos of 3 snapshots, 5 of them with a descendant\n"
    return folder / "halos.csv"


def test_the_table_says_what_merges(table: Path) -> None:
    rows = np.genfromtxt(table, delimiter=",", names=True, skip_header=3, deletechars="")
    ids, becomes, before = (rows[name].astype(int) for name in ("id", "descendant_id", "progenitor_id"))
    large, small, alone = EARLY + np.array([1, 2, 3])
    assert dict(zip(ids, becomes, strict=True)) == {
        large: MIDDLE + 1, small: MIDDLE + 1, alone: MIDDLE + 2,
        MIDDLE + 1: LATE + 1, MIDDLE + 2: LATE + 2, LATE + 1: -1, LATE + 2: -1,
    }  # fmt: skip
    assert before[ids == MIDDLE + 1] == large
    assert rows["n_progenitors"].tolist() == [0, 0, 0, 2, 1, 1, 1]
    assert rows["n_shared"].tolist() == [300, 200, 150, 500, 150, 0, 0]
    assert rows["redshift"] == pytest.approx([REDSHIFTS[0]] * 3 + [REDSHIFTS[1]] * 2 + [REDSHIFTS[2]] * 2, abs=1e-9)


def test_it_opens_again_as_a_tree(table: Path) -> None:
    (description,), _ = opening.describe([table])
    tree = opening.load(description)
    assert (description.kind, description.box_size) == ("tree", 40.0)
    assert isinstance(tree, Catalogue)
    assert tree.descendants is not None
    assert tree.descendants.tolist()[:2] == [MIDDLE + 1, MIDDLE + 1]
    assert tree.at_last_time().masses == pytest.approx([500 * PARTICLE, 150 * PARTICLE])


def test_what_cannot_be_written_is_refused_in_a_line(table: Path) -> None:
    done = halograph("halos", table.parent / "snap_000.hdf5", "--out", table.parent / "absent" / "x.csv")
    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    done = halograph("halos", table.parent / "snap_000.hdf5", "--min-particles", 1000, "--out", table.parent / "x.csv")
    assert (done.returncode, (table.parent / "x.csv").exists()) == (2, False)
    assert "no halos of 1000 particles" in done.stderr
