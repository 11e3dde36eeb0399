"""Displacements and pairwise velocities: against planted waves and dumb-bells, Pylians, and every pair one by one."""

from __future__ import annotations

import numpy as np
from boxes import BOX, Floats, N, measure, particles, snapshot, wave
from numpy.typing import NDArray
from rows import Rows, apart, moved, peer, quietly, truth

from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.particles import Particles

KEPT = slice(0, N // 2 - 1)
SINGLE = "single precision"


def rows() -> Rows:
    yield from _power()
    yield from _lengths()
    yield from _pairs()


def displacement(values: NDArray[np.floating]) -> Field:
    return Field(values.astype(np.float32), BOX, "displacement", 0.5)


def _power() -> Rows:
    import Pk_library

    name, m = "displacement-statistics", np.array([3, 4, 12])
    along = np.stack([wave((3, 4, 12), size, 0.2) for size in m / 13])
    across = np.stack([wave((3, 4, 12), size, 0.2) for size in (-4 / 5, 3 / 5, 0.0)])
    found = measure(name, displacement(2 * along + across))
    sizes = [BOX**3 / 4 / found["n_modes"][12] * np.array(one) for one in (4.0, 1.0)]
    away = max(apart(found["divergence_part"][12], sizes[0]), apart(found["curl_part"][12], sizes[1]))
    yield truth(name, "closed form", "divergence and curl of two planted waves", away, SINGLE)
    run, reference = (displacement(snapshot(steps).displacement) for steps in (2, 10))
    ours = measure(name, reference)
    total = sum(
        quietly(Pk_library.Pk, one.copy(), BOX, axis=0, MAS="None", threads=2, verbose=False).Pk[KEPT, 0]
        for one in reference.values
    )
    yield peer(name, "Pylians", "P_ψ(k)", apart(ours["power"], total), SINGLE)
    theta = quietly(Pk_library.Pk_theta, *(one.copy() for one in reference.values), BOX, 0, "None", 2)
    yield peer(name, "Pylians", "power of the divergence", apart(ours["divergence_power"], theta[1][KEPT]), SINGLE)
    name = "displacement-correlation"
    both = measure(name, run, reference)
    crossed = [
        quietly(Pk_library.XPk, [a.copy(), b.copy()], BOX, 0, ["None", "None"], 2)
        for a, b in zip(run.values, reference.values, strict=True)
    ]
    one, other = (sum(each.Pk[KEPT, 0, i] for each in crossed) for i in (0, 1))
    cross = sum(each.XPk[KEPT, 0, 0] for each in crossed)
    away = max(apart(both["r"], cross / np.sqrt(one * other)), apart(both["transfer"], np.sqrt(one / other)))
    yield peer(name, "Pylians", "r_ψ(k) and T_ψ(k)", away, SINGLE)
    # A component more that the reference lacks: r = 1 / √(1 + f²) and T = √(1 + f²).
    more = measure(name, displacement(2 * along + across), displacement(2 * along))
    away = max(apart(more["r"][12], np.sqrt(0.8)), apart(more["transfer"][12], np.sqrt(1.25)))
    yield truth(name, "closed form", "r and T of two planted waves", away, SINGLE)


def _lengths() -> Rows:
    from scipy.special import ndtr, ndtri

    quantiles = (np.arange(N**3) + 0.5) / N**3
    np.random.default_rng(3).shuffle(quantiles)
    length = np.exp(0.5 * ndtri(quantiles)).reshape((N,) * 3)
    direction = np.random.default_rng(4).standard_normal((3, N, N, N))
    vectors = length * direction / np.linalg.norm(direction, axis=0)
    start = snapshot().displacement.astype(np.float64)
    run = displacement(start + vectors)
    for name, data, reference in (
        ("displacement-pdf", displacement(vectors), None),
        ("displacement-error", run, displacement(start)),
    ):
        found = measure(name, data, reference)
        middle = np.log10(found["length"])
        edges = 10 ** np.append(middle - 0.05, middle[-1] + 0.05)
        below = ndtr(np.log(edges) / 0.5)
        away = float(np.abs(found["pdf"] * 0.1 - np.diff(below)).max())
        yield truth(name, "closed form", "share of lengths in a bin, lognormal", away, f"one point of {N}³")
        field, other = snapshot(2).displacement, snapshot(10).displacement
        ours = measure(name, displacement(field), None if reference is None else displacement(other))
        middle = np.log10(ours["length"])
        lengths = np.linalg.norm((field if reference is None else field - other).astype(np.float64), axis=0)
        theirs = np.histogram(np.maximum(lengths, 1e-4), 10 ** np.append(middle - 0.05, middle[-1] + 0.05))[0]
        yield peer(
            name, "numpy", "numbers by length; histogram", moved(ours["pdf"] * 0.1 * N**3, theirs), "lengths on an edge"
        )


def every_pair(x: Floats, v: Floats, edges: Floats) -> Floats:
    """Return number, −⟨v_r⟩ and spread of v_r by distance, from all pairs, in double precision."""
    sums = np.zeros((3, edges.size - 1))
    for i in range(len(x) - 1):
        away = x[i + 1 :] - x[i]
        away -= BOX * np.rint(away / BOX)
        r = np.sqrt((away**2).sum(axis=1))
        radial = ((v[i + 1 :] - v[i]) * away).sum(axis=1) / r
        for power in range(3):
            sums[power] += np.histogram(r, edges, weights=radial**power)[0]
    with np.errstate(invalid="ignore"):
        mean = sums[1] / sums[0]
        return np.stack([sums[0], -mean, np.sqrt(sums[2] / sums[0] - mean**2)])


def _pairs() -> Rows:
    data = particles()
    assert data.velocities is not None
    x, v = data.positions[::60], data.velocities[::60]
    few = Particles(x, BOX, velocities=v)
    # Dumb-bells far from each other: each pair's ends, 2 Mpc/h apart, approach at 130 or at 70 km/s.
    centres = np.stack(np.meshgrid(*[np.arange(4) * 32.0 + 5] * 3, indexing="ij"), -1).reshape(-1, 3)
    axis = np.random.default_rng(7).standard_normal((64, 3))
    axis /= np.linalg.norm(axis, axis=1, keepdims=True)
    speed = np.where(np.arange(64) % 2, 65.0, 35.0)[:, None]
    ends = np.concatenate([centres - axis, centres + axis]) % BOX
    dumb = Particles(ends, BOX, velocities=np.concatenate([speed * axis, -speed * axis]).astype(np.float32))
    for place, name in enumerate(("pairwise-velocity", "pairwise-velocity-dispersion")):
        planted = measure(name, dumb, parameters=Parameters())
        near = int(np.argmin(np.abs(planted["r"] - 2)))
        yield truth(name, "closed form", "dumb-bells", apart(planted[planted.y][near], (100.0, 30.0)[place]), SINGLE)
        ours = measure(name, few)
        step = 10**0.05
        edges = np.append(ours["r"] / step, ours["r"][-1] * step)
        theirs = every_pair(x.astype(np.float64), v.astype(np.float64), edges)
        sure = theirs[0] > 1
        away = max(apart(ours["count"], theirs[0]), apart(ours[ours.y][sure], theirs[1 + place][sure]))
        yield peer(name, "numpy", f"{few.count} points, every pair one by one", away)
