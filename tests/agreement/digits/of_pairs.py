"""Pairs of points, their number and how fast they approach: against halotools and Corrfunc."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path
from subprocess import run
from tempfile import TemporaryDirectory

import numpy as np
from boxes import BOX, Floats, measure, particles, sample
from rows import Row, Rows, apart, peer, truth

from backends.data.catalogue import Catalogue
from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult

HALOTOOLS = Path(__file__).parents[3] / "build/halotools/bin/python"


def rows() -> Rows:
    yield from _counts()
    yield from _halos()
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


def _halos() -> Rows:
    from Corrfunc.theory import xi

    name, apart_by = "halo-clustering", 3.0
    corner = np.stack(np.meshgrid(*[np.arange(4) * BOX / 4] * 3, indexing="ij"), -1).reshape(-1, 3)
    twins = np.concatenate([corner, corner + np.array([apart_by, 0.0, 0.0])])
    found = measure(name, Catalogue(twins, np.full(128, 1e13), BOX))
    low, high = next(edges for edges in pairwise(edges_of(found)) if edges[0] <= apart_by < edges[1])
    by_chance = 128 * 127 / 2 * 4 / 3 * np.pi * (high**3 - low**3) / BOX**3
    at = int(np.argmin(np.abs(np.log(found["r"] / np.sqrt(low * high)))))
    yield truth(name, "planted halos", "ξ of 64 pairs", apart(1 + found["xi"][at], 64 / by_chance))
    ours, halos = measure(name, particles()), sample(particles()).halos(Parameters())
    theirs = xi(BOX, 2, edges_of(ours), *np.ascontiguousarray((halos.positions % BOX).T))
    yield peer(name, "Corrfunc", f"1 + ξ(r) of {halos.count} linked halos", apart(1 + ours["xi"], 1 + theirs["xi"]))


def _velocities() -> Rows:
    data = particles()
    assert data.velocities is not None
    x, v = data.positions[::60], data.velocities[::60]
    ours = measure("pairwise-velocity", Particles(x, BOX, velocities=v))
    given = {"positions": x.astype(np.float64) % BOX, "velocities": v.astype(np.float64), "edges": edges_of(ours)}
    with TemporaryDirectory() as folder:
        files = [str(Path(folder) / name) for name in ("given.npz", "found.npz")]
        np.savez(files[0], box_size=BOX, **given)
        script = Path(__file__).with_name("by_halotools.py")
        run([HALOTOOLS, "-W", "ignore", script, *files], check=True)
        theirs = np.load(files[1])
    sure = ours["count"] > 1
    told = f"{len(x)} points, {sure.sum()} distances"
    for name, column in (("pairwise-velocity", "infall"), ("pairwise-velocity-dispersion", "dispersion")):
        away = apart(ours[column][sure], theirs[column][sure])
        yield Row(name, "peer", f"halotools {theirs['version']}", told, away)
