"""Pairs of points, their number and how fast they approach: against halotools and Corrfunc."""

from __future__ import annotations

import numpy as np
from boxes import BOX, Floats, measure, particles
from rows import Rows, apart, peer

from backends.data.particles import Particles
from backends.data.statistic import StatisticResult


def rows() -> Rows:
    yield from _counts()
    yield from _velocities()


def edges_of(found: StatisticResult) -> Floats:
    """Return the edges of the tenths of a decade whose centres a table holds."""
    middle = 10 * np.log10(found["r"])
    return np.asarray(10 ** (np.rint(np.append(middle - 0.5, middle[-1] + 0.5)) / 10))


def _counts() -> Rows:
    from Corrfunc.theory import xi

    name, points = "two-point-correlation", particles().positions[::40].astype(np.float64)
    ours = measure(name, Particles(points, BOX))
    theirs = xi(BOX, 2, edges_of(ours), *np.ascontiguousarray((points % BOX).T))
    yield peer(name, "Corrfunc", "numbers of pairs by distance", apart(2 * ours["count"], theirs["npairs"]))
    yield peer(name, "Corrfunc", "1 + ξ(r) of them", apart(1 + ours["xi"], 1 + theirs["xi"]))


def _velocities() -> Rows:
    from halotools.mock_observables import mean_radial_velocity_vs_r, radial_pvd_vs_r

    data = particles()
    assert data.velocities is not None
    x, v = data.positions[::60], data.velocities[::60]
    few = Particles(x, BOX, velocities=v)
    for name, function, sign in (
        ("pairwise-velocity", mean_radial_velocity_vs_r, -1),
        ("pairwise-velocity-dispersion", radial_pvd_vs_r, 1),
    ):
        ours = measure(name, few)
        theirs = function(x.astype(np.float64) % BOX, v.astype(np.float64), rbins_absolute=edges_of(ours), period=BOX)
        sure = ours["count"] > 1
        away = apart(ours[ours.y][sure], sign * theirs[sure])
        yield peer(name, "halotools", f"{few.count} points, {sure.sum()} distances", away)
