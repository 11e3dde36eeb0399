"""Painting, transforms and gravity: against numpy in double precision, Pylians, and waves that grow as they must."""

from __future__ import annotations

import numpy as np
from boxes import BOX, COSMOLOGY, Floats, N, gaussian, particles, wave
from rows import Rows, apart, moved, peer, quietly, truth

from backends.cosmology.linear_power import LinearPower
from backends.mesh.assignment import ORDERS
from backends.mesh.fourier import Modes, compensate, modes, to_mesh
from backends.mesh.painting import paint
from backends.simulation.lagrangian import zeldovich
from backends.simulation.mesh_force import acceleration
from backends.simulation.particle_mesh import simulate

FFT, GRAVITY = "FFT and compensation", "particle mesh"
SINGLE = "single precision"


def rows() -> Rows:
    yield from _painting()
    yield from _transforms()
    yield from _gravity()


def share(s: Floats, order: int) -> Floats:
    """Return the top hat convolved order − 1 times with itself, by its definition as a B-spline."""
    from scipy.interpolate import BSpline

    knots = np.arange(order + 1) - order / 2
    return np.nan_to_num(BSpline.basis_element(knots, extrapolate=False)(s))


def painted(positions: Floats, order: int) -> Floats:
    x = positions * (N / BOX)
    grid, nearest = np.zeros((N,) * 3), np.rint(x).astype(np.int64)
    reach = range(-2, 3)
    along = [[share(x[:, axis] - nearest[:, axis] - step, order) for step in reach] for axis in range(3)]
    for i, di in enumerate(reach):
        for j, dj in enumerate(reach):
            for k, dk in enumerate(reach):
                cell = ((nearest + np.array([di, dj, dk])) % N).T
                np.add.at(grid, tuple(cell), along[0][i] * along[1][j] * along[2][k])
    return grid * (N**3 / len(x))


def _painting() -> Rows:
    import MAS_library

    x = particles().positions
    for name, order in ORDERS.items():
        mesh = paint(x, BOX, N, name)
        label = f"painting {name.upper()}"
        exact, told = painted(x.astype(np.float64), order), "single-precision coordinates"
        if order == 1:  # who is on the edge of a cell may fall on either side
            yield truth(label, "B-splines, scipy", "share of particles in another cell", moved(mesh, exact), told)
        else:
            away = float(np.abs(mesh - exact).max() / exact.max())
            yield truth(label, "B-splines, scipy", "every cell, of the densest", away, told)
        theirs = np.zeros((N,) * 3, np.float32)
        quietly(MAS_library.MA, x.copy(), theirs, BOX, name.upper(), verbose=False)
        yield peer(
            label, "Pylians", "every cell, of the densest", float(np.abs(mesh - theirs).max() / mesh.max()), SINGLE
        )
        yield truth(label, "closed form", "total mass", apart(mesh.sum(dtype=np.float64), N**3))


def _transforms() -> Rows:
    field = gaussian().astype(np.float32)
    exact = np.fft.rfftn(field.astype(np.float64))
    size = np.sqrt((np.abs(exact) ** 2).mean())
    yield peer(FFT, "numpy", "every mode, of their rms", float(np.abs(modes(field) - exact).max() / size), SINGLE)
    yield truth(FFT, "closed form", "there and back", float(np.abs(to_mesh(modes(field), N) - field).max()), SINGLE)
    for name, order in ORDERS.items():
        m = np.array([3, 5, -7])
        blurred = wave((3, 5, -7), 0.3) * np.prod(np.sinc(m / N) ** order)
        mesh = to_mesh(compensate(Modes(modes(blurred.astype(np.float32)), BOX, N, order)).values, N)
        yield truth(
            FFT,
            "closed form",
            f"a wave behind the window of {name.upper()}",
            float(np.abs(mesh - wave((3, 5, -7), 0.3)).max() / 0.3),
            SINGLE,
        )


def _gravity() -> Rows:
    n, size, m = 32, 64.0, 2
    q = (np.arange(n) + 0.5) * size / n
    k = 2 * np.pi * m / size
    psi = np.zeros((3, n, n, n), np.float32)
    psi[0] = (1e-3 * np.sin(k * q))[:, None, None]
    # ∇²φ = (3/2) Ω_m δ and δ = −∇·ψ: the force is (3/2) Ω_m ψ.
    force = acceleration(psi, size, 2 * n, COSMOLOGY.omega_m)
    away = float(np.abs(force[0] - 1.5 * COSMOLOGY.omega_m * psi[0]).max() / (1.5 * COSMOLOGY.omega_m * 1e-3))
    yield truth(GRAVITY, "linear theory", "force of a wave of 16 particles", away, "cloud-in-cell's window")
    quiet = LinearPower(type(COSMOLOGY)(sigma8=1e-3))
    first, last = simulate(n, 256.0, 3, (9.0, 0.0), quiet.cosmology, 10, linear_power=quiet)
    low = np.abs(np.fft.rfftn(first.displacement[0]))[1:4, 0, 0], np.abs(np.fft.rfftn(last.displacement[0]))[1:4, 0, 0]
    grown = float(quiet.cosmology.growth(1.0) / quiet.cosmology.growth(0.1))
    yield truth(
        GRAVITY,
        "linear theory",
        "growth of the three longest waves, z = 9 to 0",
        apart(low[1] / low[0], np.full(3, grown)),
        "the mesh's finite differences",
    )
    # One wave alone: Zel'dovich's solution is exact until sheets cross.
    delta = np.zeros((n, n, n // 2 + 1), np.complex64)
    delta[m, 0, 0] = delta[-m, 0, 0] = 0.5 * n**3 * 1e-2
    found = zeldovich(delta, size)
    yield truth(
        GRAVITY,
        "Zel'dovich 1970",
        "displacement of one wave",
        apart(np.abs(found[0]).max(), np.abs(1e-2 / k * np.sin(k * np.arange(n) * size / n)).max()),
        SINGLE,
    )
    from scipy.integrate import solve_ivp

    c = COSMOLOGY

    def equation(ln_a: float, y: Floats) -> list[float]:
        a = np.exp(ln_a)
        fraction = float(c.matter_fraction(a))
        return [y[1], -(2 - 1.5 * fraction) * y[1] + 1.5 * fraction * y[0]]

    start = np.log(1e-3)
    solved = solve_ivp(equation, (start, 0.0), [1e-3, 1e-3], rtol=1e-11, atol=1e-14, dense_output=True)
    a = np.array([0.1, 0.5, 0.8])
    ours = c.growth(a)
    theirs = solved.sol(np.log(a))[0] / solved.sol(0.0)[0]
    yield peer(GRAVITY, "scipy", "D(a) as its equation's solution", apart(ours, theirs))
