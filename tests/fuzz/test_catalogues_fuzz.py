"""Halo catalogues with impossible numbers and spliced pieces of themselves: a message or halos, nothing else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from halo_samples import MAKERS

from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.errors import InputError
from backends.readers import opening

TOLD = Facts(box_size=50.0, redshift=0.0)
IMPOSSIBLE = (10**15, 2**63 - 1, 2**64 - 1, 2**32 - 1, 2**31 - 1, 10**9)
EACH = 30


def swallow(path: Path) -> None:
    """Describe and load every member; what comes out is finite, in the box, and in order."""
    found, refused = opening.describe([path])
    for description in found:
        for part in description.parts or (None,):
            try:
                halos = opening.load(description, TOLD, part.member if part else "")
            except InputError as error:
                refused.append(error)
                continue
            if not isinstance(halos, Catalogue):
                continue  # a damaged text may be a table of something else
            assert halos.count
            assert ((halos.positions >= 0) & (halos.positions < 50)).all()
            assert np.isfinite(halos.masses).all()
            assert description.kind == "tree" or (np.diff(halos.masses) <= 0).all()
    assert all(str(error) for error in refused)


@pytest.mark.parametrize("name", MAKERS)
def test_impossible_counts(name: str, tmp_path: Path) -> None:
    path = tmp_path / "sample"
    MAKERS[name](path, np.random.default_rng(3))
    whole = path.read_bytes()
    rng = np.random.default_rng(17)
    for _ in range(EACH):
        place = int(rng.integers(0, min(4096, len(whole) - 8)))
        number = IMPOSSIBLE[rng.integers(0, len(IMPOSSIBLE))].to_bytes(8, "little")
        path.write_bytes(whole[:place] + number + whole[place + 8 :])
        swallow(path)


@pytest.mark.parametrize("name", MAKERS)
def test_pieces_of_itself_in_its_midst(name: str, tmp_path: Path) -> None:
    path = tmp_path / "sample"
    MAKERS[name](path, np.random.default_rng(3))
    whole = path.read_bytes()
    rng = np.random.default_rng(19)
    for _ in range(EACH):
        start, place = (int(n) for n in rng.integers(0, len(whole), 2))
        path.write_bytes(whole[:place] + whole[start : start + int(rng.integers(1, 200))] + whole[place:])
        swallow(path)
