"""Power, its pairs, multipoles and correlation: against sums over particles without a mesh, and Pylians."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from boxes import (
    BOX,
    COSMOLOGY,
    PLAIN,
    Floats,
    N,
    Z,
    gaussian,
    in_shells,
    measure,
    overdensity,
    particles,
    shells,
    wave,
    whole_numbers,
)
from numpy.typing import NDArray
from rows import Rows, apart, peer, quietly, truth

from backends.data.parameters import Parameters
from backends.data.particles import Particles

SINGLE = "single precision"
FIRST = "to half of Nyquist"


def rows() -> Rows:
    yield from _power()
    yield from _pairs()
    yield from _break()
    yield from _redshift_space()
    yield from _correlation()


def exact_modes(positions: NDArray[np.floating]) -> NDArray[np.complex128]:
    """Sum the plane waves of particles without any mesh: δ_m, (N, N, N) complex128, to 1e-12."""
    import finufft

    angle = [np.ascontiguousarray(axis) for axis in (positions.astype(np.float64) * (2 * np.pi / BOX)).T]
    weight = np.full(len(positions), 1 / len(positions), complex)
    found = finufft.nufft3d1(*angle, weight, (N,) * 3, isign=-1, eps=1e-12, modeord=1)
    return np.asarray(found)


@lru_cache(maxsize=4)
def pylians_mesh(n_steps: int = 10, shifted: bool = False) -> NDArray[np.float32]:
    import MAS_library

    x = np.array(redshift_space() if shifted else particles(n_steps).positions, np.float32)
    mesh = np.zeros((N,) * 3, np.float32)
    quietly(MAS_library.MA, x, mesh, BOX, "CIC", verbose=False)
    return np.asarray(mesh / mesh.mean(dtype=np.float64) - 1, np.float32)


def redshift_space() -> NDArray[np.float32]:
    """Return where Pylians puts the particles, along z."""
    import redshift_space_library

    data = particles()
    assert data.velocities is not None
    x = data.positions.astype(np.float32)
    hubble = 100 * float(COSMOLOGY.expansion(1 / (1 + Z)))
    quietly(redshift_space_library.pos_redshift_space, x, data.velocities.copy(), BOX, hubble, Z, 2)
    return x


def _power() -> Rows:
    name, data = "power-spectrum", particles()
    found, exact = measure(name, data), in_shells(np.abs(exact_modes(data.positions)) ** 2) * BOX**3
    kept = slice(0, N // 2 - 1)
    low = slice(0, N // 4)
    yield truth(
        name, "finufft, no mesh", f"P(k) of particles, default, {FIRST}", apart(found["power"][low], exact[low])
    )
    sharp = measure(name, data, parameters=Parameters(n_mesh=N))
    yield truth(name, "finufft, no mesh", "the same to Nyquist, 64³", apart(sharp["power"], exact), "aliases left")
    one = measure(name, overdensity(wave((3, 4, 12))))
    # Of the shell's n modes one has |δ|² = A² / 4, for a mode and its conjugate count once.
    yield truth(
        name,
        "closed form",
        "P of a plane wave",
        apart(one["power"][12], BOX**3 * 0.3**2 / 4 / one["n_modes"][12]),
        SINGLE,
    )
    import Pk_library

    theirs = quietly(Pk_library.Pk, pylians_mesh(), BOX, axis=0, MAS="CIC", threads=2, verbose=False)
    ours = measure(name, data, parameters=PLAIN)
    yield peer(
        name, "Pylians", "P(k), CIC compensated", apart(ours["power"], theirs.Pk[kept, 0]), "Pylians' single precision"
    )
    yield peer(
        name,
        "Pylians",
        "mean k, number of modes",
        max(apart(ours["k"], theirs.k3D[kept]), apart(ours["n_modes"], theirs.Nmodes3D[kept])),
    )
    from abacusnbody.analysis.power_spectrum import calc_power

    # Its edges are not whole: a hair below, so that |m| = 3 is in the shell that begins there.
    edges = (np.arange(1, N // 2 + 1) - 1e-4) * 2 * np.pi / BOX
    table = quietly(
        calc_power, data.positions, BOX, kbins=edges, paste="TSC", nmesh=N, interlaced=True, compensated=True, nthread=2
    )
    tsc = _interlaced_once(data)
    yield peer(
        name,
        "abacusutils",
        f"P(k), TSC interlaced and compensated, {FIRST}",
        apart(tsc[low], np.asarray(table["power"])[low]),
    )


def _interlaced_once(data: Particles) -> Floats:
    """Return P(k) interlaced on 64³ cells alone: the statistic itself paints a small mesh at twice that, and cuts."""
    from backends.mesh.binning import auto_power
    from backends.mesh.fourier import Modes, _interlaced
    from backends.progress import silent

    values = _interlaced(data.positions, BOX, N, "tsc", None, 0.0, "cpu", silent)
    return auto_power(Modes(values, BOX, N, 3))


def turned(angle: Floats, size: Floats) -> tuple[Floats, Floats]:
    """Return a field, and one whose modes are ``size`` times as large and turned by ``angle``, by shell.

    The pair's T(k) is then the size and its r(k) the cosine of the angle, mode by mode.
    """
    modes = np.fft.fftn(gaussian())
    x, y, z = whole_numbers()
    sign = np.where(x != 0, np.sign(x), np.where(y != 0, np.sign(y), np.sign(z)))
    for m in (x, y, z):
        modes = np.where(abs(m) == N // 2, 0, modes)
    shell, _ = shells()
    shell = np.minimum(shell, N // 2 - 1)
    other = modes * size[shell] * np.exp(1j * sign * angle[shell])
    return np.fft.ifftn(modes).real, np.fft.ifftn(other).real


def _pairs() -> Rows:
    import Pk_library

    number = np.arange(N // 2)
    size, angle = 1.3 - 0.02 * number, 0.04 * number
    reference, run = (overdensity(field) for field in turned(angle, size))
    believed = slice(0, 14)  # the smooth field's power is above single precision's rounding
    wave_against = {"transfer-function": size, "correlation-coefficient": np.cos(angle)}
    meshes = [pylians_mesh(2), pylians_mesh(10)]
    theirs = quietly(Pk_library.XPk, meshes, BOX, axis=0, MAS=["CIC", "CIC"], threads=2)
    a, b, cross = theirs.Pk[:, 0, 0], theirs.Pk[:, 0, 1], theirs.XPk[:, 0, 0]
    kept = slice(0, N // 2 - 1)
    curves = {"transfer-function": np.sqrt(a / b)[kept], "correlation-coefficient": (cross / np.sqrt(a * b))[kept]}
    for name, expected in wave_against.items():
        found = measure(name, run, reference)
        y = found[found.y]
        yield truth(
            name, "closed form", "modes of known size and phase", apart(y[believed], expected[1:][believed]), SINGLE
        )
        ours = measure(name, particles(2), particles(), PLAIN)
        yield peer(
            name, "Pylians", "two runs, CIC compensated", apart(ours[ours.y], curves[name]), "Pylians' single precision"
        )


def _break() -> Rows:
    import Pk_library

    name, number = "break-scale", np.arange(N // 2)
    reference, run = (overdensity(field) for field in turned(0.06 * number, 1 - 0.012 * number))
    found = measure(name, run, reference)
    _, length = shells()
    k = in_shells(length) * 2 * np.pi / BOX
    t, r = 1 - 0.012 * number[1:], np.cos(0.06 * number[1:])
    expected = [np.interp(0.05, 1 - t, k), np.interp(-0.95, -r, k)]
    ours = [float(found["k_transfer"]), float(found["k_correlation"])]
    yield truth(name, "closed form", "where known T and r cross their bands", apart(ours, expected), SINGLE)
    meshes = [pylians_mesh(2), pylians_mesh(10)]
    theirs = quietly(Pk_library.XPk, meshes, BOX, axis=0, MAS=["CIC", "CIC"], threads=2)
    kept = slice(0, N // 2 - 1)
    a, b, cross = theirs.Pk[kept, 0, 0], theirs.Pk[kept, 0, 1], theirs.XPk[kept, 0, 0]
    both = measure(name, particles(2), particles(), PLAIN)
    expected = [
        _first(theirs.k3D[kept], np.abs(np.sqrt(a / b) - 1) - 0.05),
        _first(theirs.k3D[kept], 0.95 - cross / np.sqrt(a * b)),
    ]
    yield peer(
        name,
        "Pylians",
        "both scales from its T(k) and r(k)",
        apart([float(both["k_transfer"]), float(both["k_correlation"])], expected),
    )


def _first(k: Floats, above: Floats) -> float:
    """Return where a curve first rises above zero."""
    i = int(np.flatnonzero(above > 0)[0])
    return float(np.interp(0.0, above[i - 1 : i + 1], k[i - 1 : i + 1])) if i else float(k[0])


def _redshift_space() -> Rows:
    import Pk_library

    x, y, z = whole_numbers()
    exact = np.abs(exact_modes(redshift_space())) ** 2 * BOX**3
    with np.errstate(invalid="ignore"):
        mu = np.nan_to_num(z / np.sqrt(x**2 + y**2 + z**2))
    # On the plane m_z = 0 and elsewhere alike every mode of the full transform stands beside its conjugate.
    poles = [in_shells(exact * (2 * p + 1) * np.polynomial.legendre.legval(mu, [0] * p + [1])) for p in (0, 2, 4)]
    theirs = quietly(Pk_library.Pk, pylians_mesh(10, True), BOX, axis=2, MAS="CIC", threads=2, verbose=False)
    low, kept = slice(0, N // 4), slice(0, N // 2 - 1)
    names = ("redshift-space", "redshift-space-quadrupole", "redshift-space-hexadecapole")
    for place, name in enumerate(names):
        ours = measure(name, particles())[f"p{2 * place}"]
        size = poles[0][low]
        away = float((np.abs(ours[low] - poles[place][low]) / size).max())
        yield truth(
            name,
            "finufft, no mesh",
            f"P{2 * place}(k) of displaced particles, of P₀, {FIRST}",
            away,
            "single-precision positions",
        )
        plain = measure(name, particles(), parameters=PLAIN)
        away = float((np.abs(plain[f"p{2 * place}"] - theirs.Pk[kept, place]) / theirs.Pk[kept, 0]).max())
        yield peer(name, "Pylians", f"P{2 * place}(k), CIC compensated, of P₀", away, "single-precision positions")


def _correlation() -> Rows:
    import Pk_library
    from scipy.spatial import cKDTree

    name, m = "two-point-correlation", (2, 3, 1)
    found = measure(name, overdensity(wave(m)))
    lag = in_shells(np.cos(2 * np.pi / N * sum(a * b for a, b in zip(m, whole_numbers(), strict=True))))
    yield truth(
        name,
        "closed form",
        "ξ(r) of a plane wave, of ξ(0)",
        float(np.abs(found["xi"] / (0.3**2 / 2) - lag).max()),
        SINGLE,
    )
    theirs: Any = quietly(Pk_library.Xi, pylians_mesh(), BOX, MAS="CIC", axis=0, threads=2)
    from backends.mesh.correlation import correlation
    from backends.mesh.fourier import Modes, modes

    ours = correlation(Modes(modes(pylians_mesh()), BOX, N, 2))
    kept = slice(0, N // 2 - 1)
    r, xi = theirs.r3D, theirs.xi[:, 0]
    first = int(np.argmin(np.abs(r - ours.r[0])))
    window = slice(first, first + N // 2 - 1)
    yield peer(
        name,
        "Pylians",
        "ξ(r) of a mesh, CIC compensated, of ξ(3 Mpc/h)",
        float((np.abs(ours.xi[kept][: len(xi[window])] - xi[window]) / xi[window][0]).max()),
    )
    points = particles().positions[::40].astype(np.float64)
    few = Particles(points, BOX)
    pairs = measure(name, few)
    edges = 10 ** (np.rint(10 * np.log10(pairs["r"][0]) - 0.5) / 10 + np.arange(len(pairs["r"]) + 1) / 10)
    tree = cKDTree(points % BOX, boxsize=BOX)
    counted = np.diff(tree.count_neighbors(tree, np.nextafter(edges, 0)) - len(points)) / 2
    yield peer(name, "scipy", "numbers of pairs by distance", apart(pairs["count"], counted))
