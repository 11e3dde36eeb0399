"""Tables of power spectra and mass functions: what their columns are, in which units, and what is none of them."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import h5py
import numpy as np
import pytest

from backends.data.curve import Curve
from backends.data.description import Description
from backends.data.facts import Facts
from backends.errors import InputError, MissingFact, WrongCall
from backends.readers import opening, registry

K = np.geomspace(0.01, 10, 30)
P = 1e4 / K
M = np.geomspace(1e11, 1e15, 20)
N = 0.03 * (1e11 / M) ** 0.9
LN10 = np.log(10)


def described(path: Path) -> Description:
    (description,), refused = opening.describe([path])
    assert not refused
    assert description.kind == "table"
    return description


def curve(path: Path, told: Facts = Facts(), member: str = "") -> Curve:
    data = opening.load(described(path), told, member)
    assert isinstance(data, Curve)
    return data


def write(path: Path, *columns: object, header: str = "") -> Path:
    np.savetxt(path, np.stack([np.asarray(c) for c in columns], axis=1), header=header)
    return path


@pytest.mark.parametrize(
    ("header", "h"),
    [
        ("1:k (h/Mpc)              2:P (Mpc/h)^3", None),
        ("col1: k [h/Mpc], col2: P(k) [Mpc/h]^3", None),
        ("k/h    P", None),
        ("k [1/Mpc]   P(k) [Mpc^3]", 0.7),
        ("1: k (true Mpc^-1)\n2: P(k)", 0.7),
    ],
)
def test_units_of_a_spectrum_are_obeyed(header: str, h: float | None, tmp_path: Path) -> None:
    path = write(tmp_path / "a", K, P, header=header)
    assert "not stated" not in " ".join(described(path).warnings).replace("does not state", "")
    if h is not None:
        with pytest.raises(MissingFact, match="--hubble"):
            curve(path)
    found, factor = curve(path, Facts(hubble=h)), h or 1.0
    assert found.statistic == "power-spectrum"
    np.testing.assert_allclose(found.x, K / factor, rtol=1e-12)
    np.testing.assert_allclose(found.y, P * factor**3, rtol=1e-12)


def test_a_line_of_names_needs_no_sign_of_comment(tmp_path: Path) -> None:
    rows = "\n".join(f"{k},{p}" for k, p in zip(K, P, strict=True))
    (tmp_path / "a.csv").write_text(f"k [h/Mpc],P [(Mpc/h)^3]\n{rows}\n")
    assert not described(tmp_path / "a.csv").warnings
    np.testing.assert_allclose(curve(tmp_path / "a.csv").y, P)


@pytest.mark.parametrize("told", [Facts(), Facts(units="no-h", hubble=0.5)])
def test_a_spectrum_without_a_word_is_inferred_and_said(told: Facts, tmp_path: Path) -> None:
    path = write(tmp_path / "camb.dat", K, P, np.arange(1, 31))
    said = " ".join(described(path).warnings)
    assert "taken as k, P(k), number of modes" in said
    assert "--units no-h" in said
    found = curve(path, told)
    np.testing.assert_allclose(found.x, K / (told.hubble or 1))
    np.testing.assert_array_equal(found.n_modes, np.arange(1, 31))


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("[1] m: [M_sun/h]\n[2] dn/dlog10m: [h^3/Mpc^3]", N),
        ("[1] m: [M_sun/h]\n[2] dn/dlnm: [h^3/Mpc^3]", N / LN10),
        ("[1] m: [M_sun/h]\n[2] dn/dm: [h^4/(Mpc^3*M_sun)]", N / M / LN10),
        ("1) mass (Msun/h)\n2) n(m) (Mpc^-3 Msun^-1 h^4)", N / M / LN10),
        ("", N),
        ("", N / M / LN10),
    ],
)
def test_mass_functions_become_dn_dlog10m(header: str, values: np.ndarray, tmp_path: Path) -> None:
    found = curve(write(tmp_path / "a", M, values, header=header))
    assert found.statistic == "halo-mass-function"
    np.testing.assert_allclose(found.x, M)
    np.testing.assert_allclose(found.y, N, rtol=1e-9)


def test_a_mass_function_without_h_is_brought_to_it(tmp_path: Path) -> None:
    path = write(tmp_path / "a", M, N / M / LN10, header="mass[Msun]  dn/dm[Msun^-1Mpc^-3]")
    told = Facts(hubble=0.5)
    found = curve(path, told)
    np.testing.assert_allclose(found.x, M * 0.5)
    np.testing.assert_allclose(found.y, N * 8, rtol=1e-12)
    said = [" ".join(opening.describe([path], facts)[0][0].warnings) for facts in (Facts(), told)]
    assert ["--hubble" in warnings for warnings in said] == [True, False]
    assert "h = 0.5" in said[1]


def test_errors_and_counts_come_along(tmp_path: Path) -> None:
    names = (
        "mass (Msun/h)",
        "n(m) (Msun^-1 Mpc^-3 h^4)",
        "upper limit",
        "lower limit",
        "number of halos",
        "analytical n(m)",
    )
    header = "\n".join(f"{i + 1}) {name}" for i, name in enumerate(names))
    n = N / M / LN10
    path = write(tmp_path / "mf.out", M, n, 2 * n, 0.5 * n, np.arange(20), 3 * n, header=header)
    found = curve(path)
    assert found.low is not None
    assert found.high is not None
    np.testing.assert_allclose([found.low, found.high], [0.5 * N, 2 * N])
    analytic = curve(path, member=described(path).parts[1].member)
    np.testing.assert_allclose(analytic.y, 3 * N)
    assert analytic.high is None


def test_columns_of_several_redshifts_are_several_curves(tmp_path: Path) -> None:
    path = write(tmp_path / "hmf.txt", M, N, N / 2, header="M nM(z=0) nM(z=0.5)")
    assert [part.facts.redshift for part in described(path).parts] == [0, 0.5]
    found = curve(path, Facts(hubble=1.0), described(path).parts[1].member)
    assert found.redshift == 0.5
    np.testing.assert_allclose(found.y, N / 2)
    with pytest.raises(WrongCall):
        curve(path, Facts(hubble=1.0), "9")


def test_hdf5_states_its_h(tmp_path: Path) -> None:
    path = tmp_path / "a.hdf5"
    with h5py.File(path, "w") as file:
        group = file.create_group("simulation0001")
        group["mass"], group["massFunction"], group["count"] = M, N / LN10, np.arange(20)
        group.create_group("cosmology").attrs["HubbleConstant"] = 50.0
    found = curve(path)
    np.testing.assert_allclose(found.x, M / 2)
    np.testing.assert_allclose(found.y, N * 8)


@pytest.mark.parametrize(
    "text",
    [
        "1 2\n2 3\n",
        "\n".join(f"{i} {i} {i} {i} {i}" for i in range(1, 30)),
        "\n".join(f"{-i} {i}" for i in range(1, 30)),
        "# id mass x y z\n" + "\n".join(f"{i} {1e12 / i} 1 2 3" for i in range(1, 30)),
        "\n".join("0.3 0.8 1 1 1 1" for _ in range(30)),
        "\n".join(f"{i} nan" for i in range(1, 30)),
        "\n".join(f"{i} {i}" + " 1" * (i % 2) for i in range(1, 30)),
    ],
)
def test_other_text_is_no_curve(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(text)
    assert not registry()["statistic-table"].recognises(tmp_path / "a.txt")


def test_damage_is_told(tmp_path: Path, rng: np.random.Generator) -> None:
    whole = write(tmp_path / "a", K, P, header="k [h/Mpc]  P(k) [(Mpc/h)^3]").read_bytes()
    for number in range(200):
        content = bytearray(whole)
        for place in rng.integers(0, len(whole), 1 + number % 5):
            content[place] = rng.integers(256)
        (tmp_path / "b").write_bytes(content[: rng.integers(1, len(whole) + 1)])
        found, _ = opening.describe([tmp_path / "b"])
        for description in found:
            with suppress(InputError):
                opening.load(description)


@pytest.mark.parametrize(
    ("name", "x", "y", "redshift"),
    [
        ("reference_tables/abacus_cosm000/CLASS_power", 2.097837747762e-07, 0.4006966979516, 1.0),
        ("reference_tables/TNG100DM_Pk/Pk_TNG100DM_z=0.0.txt", 0.1186618829959593807, 4622.328347370951633, None),
        ("reference_tables/euclid_cc_Pk_z0/measurePk_6144-mpgadget_N2048_L500.z0.0.txt", 0.0125664, 18260.0, None),
        ("reference_tables/camb_class_linear/CAMB_WMAP7", 0.71023e-4, 420.45, None),
        ("reference_tables/hmf_hmfcalc_tinker08/Tinker2008/mVector_PLANCK-SMT .txt", 1e10, 0.4984181467342908, None),
        (
            "pinocchio/example_500Mpc/pinocchio.0.0000.example.mf.out",
            5.3755558e13, 1.5160479e-18 * 5.3755558e13 * LN10, 0.0,
        ),
        (
            "reference_tables/mdpl2_hmf/haloMassFunction_z0.000.hdf5",
            1.12201845e11 * 0.6736, 0.02113601 * LN10 / 0.6736**3, None,
        ),
    ],
)  # fmt: skip
def test_real_tables(name: str, x: float, y: float, redshift: float | None, shared_data: Path) -> None:
    found = curve(shared_data / name)
    assert (found.x[0], found.y[0]) == (pytest.approx(x, rel=1e-6), pytest.approx(y, rel=1e-6))
    assert found.redshift == redshift
