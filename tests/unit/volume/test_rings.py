"""Which halos have rings, and where: at periodic walls, with clipping, and at most so many."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from backends.data.catalogue import Catalogue
from backends.data.view import RingLook, ViewSettings
from widgets.theme import theme
from widgets.views.cell import Cell
from widgets.views.rings import dashes, facts, position, radii, rings, same_halo, touched
from widgets.views.sheet import Sheet
from widgets.views.unmatched import lacks
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat

BOX = 100.0
PLACE = (0, 0, 600, 600)
CELL = Cell("run-1", "run-1", "field", "N-body", halos="halos")


def sheet(catalogue: Catalogue, orbit: Orbit | None = None, **view: object) -> Sheet:
    """A sheet of one cell over the whole of it."""
    settings = ViewSettings(halos=True, **view)  # type: ignore[arg-type]
    camera = (orbit or Orbit.along(2), Flat())
    return Sheet((CELL,), (PLACE,), settings, theme("dark"), lambda _: camera, BOX, catalogues={"halos": catalogue})


def halos(*rows: tuple[float, float, float, float], radius: float = 2.0) -> Catalogue:
    """Halos at x, y, z in Mpc/h with their masses in Msun/h."""
    table = np.array(rows)
    return Catalogue(table[:, :3], table[:, 3], BOX, radii=np.full(len(rows), radius))


def drawn(made: Sheet) -> dict[int, int]:
    """How often every halo has a ring."""
    found = rings(made, CELL, PLACE)
    assert found is not None
    return {int(halo): int((found.halos == halo).sum()) for halo in np.unique(found.halos)}


def test_only_the_most_massive_halos_in_sight_have_rings() -> None:
    rng = np.random.default_rng(0)
    masses = rng.permutation(np.geomspace(1e11, 1e15, 300))
    catalogue = Catalogue(rng.random((300, 3)) * BOX, masses, BOX)
    heaviest = set(np.argsort(-masses)[:20].tolist())
    assert set(drawn(sheet(catalogue, mode="column", rings=RingLook(count=20)))) == heaviest
    above = drawn(sheet(catalogue, mode="column", rings=RingLook(count=300, least=1e14)))
    assert set(above) == set(np.flatnonzero(masses >= 1e14).tolist())
    clip = ((0.0, 0.5), (0.0, 1.0), (0.0, 1.0))
    kept = drawn(sheet(catalogue, mode="column", clip=clip, rings=RingLook(count=20)))
    inside = np.flatnonzero(catalogue.positions[:, 0] <= 50.0)
    assert set(kept) == set(inside[np.argsort(-masses[inside])[:20]].tolist())


def test_a_ring_has_the_halo_s_radius_and_is_where_the_box_is_drawn_from() -> None:
    made = sheet(halos((30, 40, 50, 1e14)), mode="column", origin=(0.1, 0.0, 0.0))
    found = rings(made, CELL, PLACE)
    assert found is not None
    pixels = 600 / Orbit.along(2).extent(600, 600)[0]
    assert found.radii[0] == pytest.approx(0.02 * pixels)
    (told,), _ = Orbit.along(2).project(np.array([[0.2, 0.4, 0.5]]), 600, 600)
    assert found.middles[0] == pytest.approx(told)


def test_rings_come_in_again_on_the_other_side_of_a_slice() -> None:
    catalogue = halos((99.5, 50, 50, 1e14), (0.5, 0.5, 50, 9e13), (50, 50, 50, 8e13))
    assert drawn(sheet(catalogue, mode="slice", depth=(0.45, 0.55))) == {0: 2, 1: 4, 2: 1}


def test_a_slab_cuts_circles_out_of_halos_also_across_the_wall() -> None:
    catalogue = halos((50, 50, 99, 1e14), (20, 20, 97.5, 1e14), radius=2.0)
    made = sheet(catalogue, mode="slice", depth=(0.0, 0.1))
    found = rings(made, CELL, PLACE)
    assert found is not None
    assert found.halos.tolist() == [0]
    # Its centre lies 1 Mpc/h before the slab, through the wall.
    assert found.radii[0] == pytest.approx(np.sqrt(3.0) / BOX * 600)


def test_the_smallest_ring_under_the_pointer_is_touched() -> None:
    catalogue = Catalogue(np.array([[50.0, 50, 50]] * 2), np.array([1e15, 1e13]), BOX, radii=np.array([10.0, 1.0]))
    made = sheet(catalogue, mode="column")
    assert touched(made, CELL, PLACE, 300.0, 300.0) == ("run-1", 1)
    assert touched(made, CELL, PLACE, 300.0 + 0.05 * 600, 300.0) == ("run-1", 0)
    assert touched(made, CELL, PLACE, 5.0, 5.0) is None


def test_its_partner_in_another_run_is_found_by_any_of_the_two() -> None:
    other = Cell("run-2", "run-2", "field 2", "U-Net", halos="others")
    made = sheet(halos((50, 50, 50, 1e14), (20, 20, 20, 5e13)), mode="column")
    theirs = halos((20.5, 20, 20, 6e13), (50, 50.4, 50, 1.1e14))
    made = replace(
        made, cells=(CELL, other), rectangles=(PLACE, PLACE), catalogues={**made.catalogues, "others": theirs}
    )
    assert same_halo(made, other, ("run-1", 0)) == 1
    assert same_halo(made, CELL, ("run-2", 0)) == 1
    assert same_halo(made, CELL, ("run-1", 0)) == 0
    assert same_halo(made, CELL, ("gone", 0)) is None


def compared(comparison: str, turned: bool = False, **view: object) -> tuple[Sheet, Cell]:
    """A run with a halo at the left and one at the right, compared with a reference whose halos lie beside them."""
    told = {"against_run": "truth", "against_colour": "#ffffff", "against_halos": "others"}
    cell = Cell(f"run-1:{comparison}", "run-1", "field", "N-body", comparison=comparison, halos="halos", **told)  # type: ignore[arg-type]
    made = sheet(halos((20, 50, 50, 1e14), (80, 50, 50, 1e14)), None, mode="slice", depth=(0.4, 0.6), **view)  # type: ignore[arg-type]
    both = {**made.catalogues, "others": halos((21, 51.6, 50, 1e14), (81, 51.6, 50, 1e14), radius=2.1)}
    return replace(made, cells=(cell,), catalogues=both, turned=turned), cell


def under(made: Sheet, cell: Cell, x: float, y: float) -> tuple[str, int] | None:
    """What is touched at a place in Mpc/h of the slice across the box."""
    across, along = made.camera(cell.key)[1].pixel(x / BOX, y / BOX, 600, 600)
    return touched(made, cell, PLACE, across, along)


@pytest.mark.parametrize(
    ("comparison", "turned", "expected"),
    [
        ("difference", False, [("run-1", 0), ("truth", 0), ("run-1", 1), ("truth", 1)]),
        ("ratio", False, [("run-1", 0), ("truth", 0), ("run-1", 1), ("truth", 1)]),
        ("wipe", False, [("run-1", 0), None, None, ("truth", 1)]),
        ("blink", False, [("run-1", 0), None, ("run-1", 1), None]),
        ("blink", True, [None, ("truth", 0), None, ("truth", 1)]),
    ],
)
def test_a_comparison_has_the_rings_of_what_is_seen_in_it(
    comparison: str, turned: bool, expected: list[tuple[str, int] | None]
) -> None:
    made, cell = compared(comparison, turned)
    assert [under(made, cell, *at) for at in ((19.5, 49.2), (21.5, 52.4), (79.5, 49.2), (81.5, 52.4))] == expected
    for halo in (found for found in expected if found is not None):
        # One view is enough to know where a halo of either run lies, and which one is its partner.
        beside = 1.0 if halo[0] == "truth" else 0.0
        assert position(made, halo)[0] == pytest.approx((0.2, 0.8)[halo[1]] + beside / BOX)
        assert [same_halo(made, side, halo) for side in cell.ringed] == [halo[1]] * 2


def test_squares_have_the_rings_of_the_run_that_they_show() -> None:
    made, cell = compared("checkerboard", squares=2)  # 300 pixels a side
    seen = [under(made, cell, *at) for at in ((19.5, 50.5), (21.5, 52.4), (78.8, 50.3), (81.5, 52.4))]
    assert seen == [("run-1", 0), None, None, ("truth", 1)]


def test_r200c_is_preferred_and_said_with_all_units() -> None:
    catalogue = Catalogue(
        np.array([[1.0, 2.0, 3.0]]),
        np.array([2.345e14]),
        BOX,
        counts=np.array([12345]),
        radii=np.array([3.0]),
        columns={"r200c": np.array([1.25])},
    )
    assert radii(catalogue).tolist() == [1.25]
    said = ("2.35·10¹⁴ Msun/h", "at 1.00, 2.00, 3.00 Mpc/h", "12 345 particles", "R200c 1.250 Mpc/h")
    assert facts(catalogue, 0) == said


def test_the_partner_of_a_pointed_halo_is_ringed_however_light_it_is_and_a_missing_one_is_said() -> None:
    other = Cell("run-2", "run-2", "field 2", "U-Net", halos="others")
    made = sheet(halos((50, 50, 50, 1e14), (20, 20, 20, 5e13)), mode="column", rings=RingLook(least=4e13))
    both = {**made.catalogues, "others": halos((50, 50.4, 50, 3e13), (80, 80, 80, 9e13))}
    made = replace(made, cells=(CELL, other), rectangles=(PLACE, PLACE), catalogues=both)
    assert not lacks(made, other, ("run-1", 0))
    assert lacks(made, other, ("run-1", 1))
    assert lacks(made, CELL, ("run-2", 1))
    assert not lacks(made, CELL, ("run-1", 1)), "it is its own"
    assert not lacks(made, other, None)
    light = rings(made, other, PLACE)
    assert light is not None
    assert light.halos.tolist() == [1]
    partner = rings(made, other, PLACE, (0,))
    assert partner is not None
    assert partner.halos.tolist() == [0]


@pytest.mark.parametrize("radius", [2.5, 3.5, 8.0, 40.0])
def test_dashes_go_round_a_ring_a_whole_number_of_times(radius: float) -> None:
    dash, gap = dashes(radius, 1.3)
    times = 2 * np.pi * radius / 1.3 / (dash + gap)
    assert times == pytest.approx(round(times))
    assert round(times) >= 4  # of fewer the smallest would be a C
    assert 0.3 < gap / (dash + gap) < 0.5
