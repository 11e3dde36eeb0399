"""Halos that merge, split and vanish are linked as they were planted; their order and their threads do not matter."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from backends.data.catalogue import Catalogue
from backends.data.members import Members
from backends.errors import NotApplicable
from backends.halos.descendants import descent, followed

BOX = 50.0


def halos(*of_halos: range | list[int], masses: list[float] | None = None, n: int = 10_000) -> Catalogue:
    """Halos of these particles, in this order."""
    starts = np.cumsum([0, *map(len, of_halos)])
    ids = np.array([i for ids in of_halos for i in ids], np.int64)
    m = np.array(masses or [float(len(ids)) for ids in of_halos])
    return Catalogue(np.zeros((len(of_halos), 3)), m, BOX, members=Members(ids, starts, n))


def test_planted_halos_merge_split_and_vanish() -> None:
    # 0 and 2 merge; 1 is split, most of it goes into the second; 3 is gone.
    earlier = halos(range(1000), range(1000, 1600), range(2000, 2100), range(3000, 3050))
    later = halos([*range(900), *range(2000, 2080), *range(1000, 1200)], range(1200, 1590), range(9000, 9040))
    links = descent(earlier, later)
    assert links.descendant.tolist() == [0, 1, 0, -1]
    assert links.shared.tolist() == [900, 390, 80, 0]
    assert links.progenitor.tolist() == [0, 1, -1]
    assert links.progenitors.tolist() == [2, 1, 0]
    assert followed(2, [links], forwards=True) == 0
    assert followed(0, [links], forwards=False) == 0
    assert followed(3, [links], forwards=True) is None
    assert followed(2, [], forwards=True) == 2


def test_of_equal_shares_the_more_massive_halo_is_taken() -> None:
    one = halos([1, 2, 3, 4])
    two = halos([1, 2], [3, 4], masses=[5.0, 6.0])
    assert descent(one, two).descendant.tolist() == [1]
    back = descent(two, one)
    assert (back.descendant.tolist(), back.progenitor.tolist(), back.progenitors.tolist()) == ([0, 0], [1], [2])


def test_links_are_those_of_a_count_of_all_pairs() -> None:
    random = np.random.default_rng(2)
    ids = random.integers(1, 2**60, 4000)  # no table could hold them all

    def parted(order: np.ndarray, sizes: list[int]) -> Catalogue:
        ends = np.cumsum([0, *sizes])
        return halos(*(ids[order[a:b]].tolist() for a, b in pairwise(ends)), n=4000)

    order = random.permutation(4000)
    moved = np.argsort(np.arange(4000) + random.normal(scale=300, size=4000))
    earlier, later = parted(order, [700, 500, 400, 300, 200, 100]), parted(order[moved], [900, 500, 300, 100, 50])
    links = descent(earlier, later)
    sets = [[set(c.members.ids[a:b].tolist()) for a, b in zip(c.members.starts[:-1], c.members.starts[1:], strict=True)]
            for c in (earlier, later) if c.members is not None]  # fmt: skip
    table = np.array([[len(a & b) for b in sets[1]] for a in sets[0]])
    assert links.descendant.tolist() == [int(row.argmax()) if row.any() else -1 for row in table]
    assert links.shared.tolist() == table.max(axis=1).tolist()
    for place in range(5):
        heirs = np.flatnonzero(links.descendant == place)
        main = heirs[table[heirs, place].argmax()] if heirs.size else -1
        assert (links.progenitor[place], links.progenitors[place]) == (main, heirs.size)


def test_what_cannot_be_followed_says_why() -> None:
    known = halos([1, 2, 3])
    with pytest.raises(NotApplicable, match="ids of their particles"):
        descent(known, Catalogue(np.zeros((1, 3)), np.ones(1), BOX))
    with pytest.raises(NotApplicable, match="10000 and 50 particles"):
        descent(known, halos([1, 2, 3], n=50))
    none = halos()
    assert descent(known, none).descendant.tolist() == [-1]
    assert descent(none, known).progenitors.tolist() == [0]
