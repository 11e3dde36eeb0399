"""Every real file in one table, beside an independent reader: ``make agreement`` writes docs/agreement.md.

Agreement is the largest difference anywhere: of the positions' mean phase, exp(2πi x / L), along each
axis; of the sum of masses, relative; and of P(k), painted with CIC and measured by Pylians from
the other reader's particles, in all bins.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import independent as other
import numpy as np
from independent import Seen

from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.progress import silent
from backends.readers import opening
from backends.statistics import registry
from backends.statistics.sample import Sample

HERE = Path(__file__).parent
DATA = HERE.parents[2] / "shared/data"
TABLE = HERE.parents[1] / "docs/agreement.md"

HEAD = """# Agreement with independent readers

Made by `make agreement` from real files of public repositories. Differences are the largest anywhere: of the
mean phase of all positions, exp(2πi x / L), of the sum of all masses, of every value of a grid or point of a curve,
and of P(k) in every bin (CIC; Pylians from the other reader's particles). What lies about the origin, Halograph brings
into the middle of the box, and the other reader's positions are moved alike. Time is the processors', and memory is
what reading added to the program's own.

| file | format | holds | box [Mpc/h] | z | time [s] | memory [MB] | agrees with | positions | masses | P(k) or values |
|---|---|---|---|---|---|---|---|---|---|---|
"""


NOTES = """
Where the digits end: the power of a glass lies far below its shot noise, and Pylians adds up its meshes in single
precision; pynbody rounds the constant from which Tipsy's h follows (8.0285 for 8.0290), and yt takes another critical
density for the mass unit of Enzo. yt 4.4.3 cannot read these two-dimensional outputs of RAMSES.
"""

BESIDE = """
## Every other file

What lies beside the data sets, and what Halograph says of it when it is dropped alone.

| file | answer |
|---|---|
"""


@dataclass(frozen=True)
class Case:
    """One data set, what a person tells about it, and who else reads it.

    moved : what Halograph adds to positions that lie about the origin, in boxes
    """

    path: str
    seen: Callable[[Path], Seen] | None = None
    told: dict[str, Any] = field(default_factory=dict)
    n_mesh: int = 64
    moved: float = 0.0


IN_500 = {"box_size": 500.0}
GAS_IN_1 = {"box_size": 1.0, "member": "grid/density"}
DELTA_IN_50 = {"box_size": 50.0, "quantity": "overdensity"}
DELTA_ZOOMED = {"box_size": 16.6667, "quantity": "overdensity"}
MAP_IN_50 = {"box_size": 50.0, "quantity": "density", "member": "target[0]"}
SUBSAMPLES = "abacus_asdf/Mini_N64_L32/Mini_N64_L32/halos/z0.000"
GRAFIC = "grafic_ic/genetic_grafic_levels/reference_grafic"
PINOCCHIO = ("0.0000.example.mf", "1.0000.example.mf", "example.cosmology")
TINKER = "reference_tables/hmf_hmfcalc_sheth_tormen/haloMassFunction/tinker.txt"


def tables() -> list[Case]:
    """All files of the reference tables; what is text is read by NumPy, too, where it has numbers alone."""
    return [table(path) for path in sorted(DATA.glob("reference_tables/**/*")) if path.is_file()]


def table(path: Path) -> Case:
    name = str(path.relative_to(DATA))
    if path.name.startswith("hmf_"):
        return Case(name, lambda p: other.text_curve(p, hubble=0.7), {"hubble": 0.7})
    if path.name.startswith("mVector"):
        return Case(name, lambda p: other.text_curve(p, y=7))
    if path.suffix in (".hdf5", ".ini") or name == TINKER or path.name.startswith("parameters"):
        return Case(name)
    return Case(name, other.text_curve)


CASES = [
    *(Case(f"gadget4_hdf5/g2_lcdm_gas_series/snapshot_{n}.hdf5", other.gadget_hdf5) for n in ("000", "002", "004")),
    Case("tng_arepo_hdf5/TNG50-4-Subbox0_snap2332/snapdir_2332", other.gadget_hdf5),
    Case("camels_hdf5/camels_tng_cutout/camels_snap.hdf5", other.gadget_hdf5, {"box_size": 25.0}),
    Case("gadget_hdf5_ic/monofonic_gadget_ic/references", lambda p: other.gadget_hdf5(p, 1.0)),
    *(Case(f"gadget_hdf5_ic/glass_16_32/glass_{n}.hdf5", lambda p: other.gadget_hdf5(p, mass=1.0)) for n in (32, 16)),
    Case("gadget1_binary/lcdm_gas_ic/lcdm_gas_littleendian.dat", other.pynbody_as_stored, {"box_size": 50.0}),
    Case("gadget1_binary/genetic_ic_32/reference_output", other.pynbody_reads),
    Case("gadget1_binary/genetic_zoom_autopad/reference_output", other.pynbody_reads),
    Case("gadget1_binary/genetic_zoom_multitype/reference_output", other.pynbody_reads),
    Case("gadget1_binary/galaxy_disk/snapshot_100", other.pynbody_as_stored, {"box_size": 1.81}, moved=0.5),
    Case("gadget2_binary/gadgetreader_g2_multifile", other.pynbody_as_stored),
    Case("gadget2_binary/magneticum_style_4files", other.pynbody_as_stored),
    Case("swift_hdf5/monofonic_swift_ic_bcc/references", lambda p: other.swift_ic(next(p.glob("*.hdf5")), 0.67742)),
    Case("swift_hdf5/swift_glass_50000/glass_50000.hdf5", other.hdf5_positions),
    Case("swift_hdf5/swift_old_style_glass32/glassCube_32.hdf5.1", other.hdf5_positions),
    Case("swift_hdf5/swift_snapshot_mhd_box/g32_randB_withVP.hdf5", other.hdf5_positions),
    Case("abacus_asdf/Mini_N64_L32/Mini_N64_L32/slices/z0.000", lambda p: other.abacus(p.parents[1]), n_mesh=128),
    Case("abacus_asdf/Mini_N64_L32/Mini_N64_L32/halos/z0.000/halo_info", lambda p: other.compaso(p.parents[2])),
    *(Case(f"{SUBSAMPLES}/field_rv_{which}", other.abacus_subsample) for which in "AB"),
    Case("hacc_genericio/m000_full_mpicosmo_50/m000.full.mpicosmo.50", other.genericio),
    Case("bigfile/pmesh_mpgadget_ic_32/IC", other.bigfile),
    Case("enzo/moving7_0010/DD0010/moving7_0010", other.enzo),
    Case(
        "amrex_plotfile/plt2_F/plt2_F",
        lambda p: other.covered(p, ("boxlib", "density"), 2),
        {"box_size": 1.0, "member": "grid/density"},
    ),
    Case("ramses/output_00001_2d/output_00001", told=GAS_IN_1),
    Case("ramses/output_00002_2d/output_00002", told=GAS_IN_1),
    Case("tipsy/tangos_tiny_640/tiny.000640", other.pynbody_reads, moved=0.5),
    Case("nyx/lya_32_particles/32.nyx", lambda p: other.nyx(p, 1.0), {"box_size": 8.0}),
    *(Case(f"{GRAFIC}/test_8.grafic_{n}", other.grafic) for n in (64, 32, 16, 8, 4)),
    Case("grid_hdf5/monofonic_displacement_fields/references", other.monofonic_delta),
    Case(
        "grid_hdf5/21cmfast_ionized_box/test_v3_box.h5",
        lambda p: other.hdf5_grid(p, "IonizedBox/xH_box"),
        {"member": "IonizedBox/xH_box", "quantity": "density"},
    ),
    Case("grid_npy/genetic_zoom_grids/reference_grid/grid-0.npy", other.numpy_grid, DELTA_IN_50),
    Case("grid_npy/genetic_zoom_grids/reference_grid/grid-1.npy", other.numpy_grid, DELTA_ZOOMED),
    Case("subfind_hdf5/TNG100-1_groups_099_chunk57", lambda p: other.subfind(next(p.glob("*.hdf5")))),
    Case("camels_hdf5/camels_tng_cutout/camels_subhalo.hdf5", told={"box_size": 25.0}),
    Case("rockstar/tangos_rockstar_14/halos_14.0.bin", other.rockstar),
    Case("rockstar/tangos_rockstar_14/out_14.list", lambda p: other.text_table(p, (8, 9, 10, 2))),
    *(
        Case(f"rockstar/tangos_rockstar_14/outputs/really_consistent_{n}.list", told={"box_size": 50.0})
        for n in (13, 14)
    ),
    Case("rockstar/tangos_rockstar_14/trees/tree_0_0_0.dat"),
    Case(
        "tipsy/tangos_tiny_640/tiny.000640.z2.964.AHF_halos",
        lambda p: other.text_table(p, (5, 6, 7, 3), 1e-3),
        {"box_size": 33.63},
    ),
    *(
        Case(
            f"pinocchio/example_500Mpc/pinocchio.{z}.0000.example.catalog.out",
            lambda p: other.text_table(p, (5, 6, 7, 1)),
            IN_500,
        )
        for z in (0, 1)
    ),
    *(Case(f"pinocchio/example_500Mpc/pinocchio.{name}.out") for name in PINOCCHIO),
    Case("galaxy_catalogue/sage_minimillennium_hdf5/model_000.hdf5", other.galaxies, {"box_size": 62.5}),
    Case("merger_tree/millennium_forest_hdf5", other.forest),
    Case("merger_tree/millennium_trees_csv/millenniumTestTrees.csv", other.millennium_rows, IN_500),
    Case("neural_maps/camels_bind_dmo_pair/dmo_sample.npz", told=MAP_IN_50),
    *tables(),
]  # fmt: skip


def main() -> None:
    held: set[Path] = set()
    with TemporaryDirectory() as folder:
        rows = [row(case, Path(folder) / "kept.npz", held) for case in CASES]
    TABLE.write_text(HEAD + "\n".join(rows) + "\n" + NOTES + beside(held), encoding="utf-8")


def beside(held: set[Path]) -> str:
    """Say of every other file what Halograph says of it when it is dropped alone."""
    lines = []
    for path in sorted(path for path in DATA.rglob("*") if path.is_file() and path.resolve() not in held):
        found, refused = opening.describe([path])
        said = _refusal({"refused": refused[0]}).split(" (none of")[0] if refused else found[0].format
        lines.append(f"| {path.relative_to(DATA)} | {said.replace(f'…/{path.relative_to(DATA)} ', '')} |")
    return BESIDE + "\n".join(lines) + "\n"


def row(case: Case, keep: Path, held: set[Path]) -> str:
    """Measure one data set; the files that it is of are added to ``held``."""
    path = DATA / case.path
    if path.is_file():
        held.add(path.resolve())
    keep.unlink(missing_ok=True)
    asked = json.dumps({**case.told, "keep": str(keep)})
    done = subprocess.run(
        [sys.executable, str(HERE / "measured.py"), str(path), asked], capture_output=True, text=True, check=False
    )
    print(case.path, done.stderr[-400:], file=sys.stderr)
    known = json.loads(done.stdout)
    held.update(Path(file).resolve() for file in known.get("files", ()))
    if "format" not in known:
        return f"| {case.path} | – | {_refusal(known)} |" + " |" * 8
    seen = case.seen(path) if case.seen and keep.exists() else None
    cells = [
        case.path,
        known["format"],
        _held(known) + ("" if "seconds" in known else f"; {_refusal(known)}"),
        _number(known["box_size"]),
        _number(known["redshift"]),
        _number(known.get("seconds"), 2),
        _number(known.get("megabytes"), 3),
        seen.reader if seen else "",
        *(agreement(seen, np.load(keep), case) if seen else ("", "", "")),
    ]
    return "| " + " | ".join(cells) + " |"


def agreement(seen: Seen, kept: Any, case: Case) -> tuple[str, str, str]:
    """Return the differences of positions, masses, and P(k) or values."""
    if seen.values is not None:
        values = np.asarray(kept["values"], float).reshape(seen.values.shape)
        return "", "", _digits(np.abs(values - seen.values).max() / np.abs(seen.values).max())
    if seen.curve is not None:
        return "", "", _digits(np.abs(kept["curve"] / seen.curve - 1).max())
    assert seen.positions is not None
    box = float(kept["box_size"])
    there = np.mod(seen.positions + case.moved * box, box)
    here = np.asarray(kept["positions"], float)
    if len(here) != len(there):
        return f"{len(here)} here, {len(there)} there", "", ""
    places = np.abs(_phases(here, box) - _phases(there, box)).max()
    masses = ""
    if seen.masses is not None and np.isfinite(kept["masses"]).all():
        total = np.broadcast_to(seen.masses, len(there)).sum(dtype=float)
        masses = _digits(abs(np.broadcast_to(kept["masses"], len(here)).sum(dtype=float) / total - 1))
    if len(here) < 1000:
        return _digits(places), masses, ""
    return _digits(places), masses, _digits(power_difference(kept, there, seen, box, case.n_mesh))


def _phases(positions: Any, box: float) -> Any:
    """The mean of exp(2πi x / L) along each axis, which does not mind where the box begins."""
    return np.exp(2j * np.pi / box * positions).mean(0)


def power_difference(kept: Any, there: Any, seen: Seen, box: float, n_mesh: int) -> float:
    """The largest relative difference of P(k): ours from our particles, Pylians' from the others'."""
    import MAS_library
    import Pk_library

    weights = None if seen.masses is None or np.ndim(seen.masses) == 0 else seen.masses.astype(np.float32)
    mesh = np.zeros((n_mesh,) * 3, np.float32)
    MAS_library.MA(np.minimum(there.astype(np.float32), np.nextafter(np.float32(box), 0)), mesh, box, "CIC", W=weights)
    delta = (mesh / mesh.mean(dtype=np.float64) - 1).astype(np.float32)
    theirs = Pk_library.Pk(delta, box, axis=0, MAS="CIC", threads=1, verbose=False)
    masses = kept["masses"] if kept["masses"].ndim else float(kept["masses"])
    particles = Particles(kept["positions"], box, masses)
    sample = Sample(lambda species, progress: particles, label="ours")
    parameters = Parameters(n_mesh=n_mesh, mass_assignment="cic", interlaced=False)
    ours = registry()["power-spectrum"].compute(sample, None, parameters, silent).columns["power"]
    n = min(len(ours), n_mesh // 2 - 1)
    return float(np.abs(ours[:n] / theirs.Pk[:n, 0] - 1).max())


def _held(known: dict[str, Any]) -> str:
    what = [f"{count:,} {name}".replace(",", " ") for name, count in known["species"].items()]
    what += [f"{name} {' × '.join(map(str, shape))}" for name, shape in list(known["fields"].items())[:2]]
    more = len(known["fields"]) - 2
    return ", ".join(what) + (f" and {more} more" if more > 0 else "") + ("" if known["complete"] else "; incomplete")


def _refusal(known: dict[str, Any]) -> str:
    return "refused: " + str(known["refused"]).replace(str(DATA), "…").replace("|", "/")


def _number(value: float | None, digits: int = 5) -> str:
    return "–" if value is None else f"{value:.{digits}g}"


def _digits(difference: float) -> str:
    return "exact" if difference == 0 else f"{difference:.1e}"


if __name__ == "__main__":
    main()
