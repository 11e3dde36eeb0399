"""``halograph simulate``: a small N-body simulation, as Gadget HDF5."""

from __future__ import annotations

import argparse
from pathlib import Path

from app import __version__
from app.cli.parsing import number, path, positive, whole_number
from app.cli.progress_bar import progress_bar
from backends.errors import WrongCall


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--out", type=path, required=True, metavar="FILE", help="Gadget HDF5 snapshot to write")
    parser.add_argument(
        "--n-particles", type=whole_number(4), default=64, metavar="N", help="particles a side (default: 64)"
    )
    parser.add_argument("--box-size", type=positive, default=128.0, metavar="L", help="Mpc/h (default: 128)")
    parser.add_argument("--seed", type=whole_number(0), default=0, metavar="S", help="(default: 0)")
    parser.add_argument(
        "--redshifts",
        type=redshifts,
        default=(0.0,),
        metavar="Z,…",
        help="of the snapshots (default: 0); several give FILE with _zZ.ZZ before its suffix",
    )
    group = parser.add_argument_group("cosmology (default: Planck 2018)")
    group.add_argument("--omega-m", type=positive, metavar="X", help="matter density parameter")
    group.add_argument("--omega-b", type=positive, metavar="X", help="baryon density parameter")
    group.add_argument("--hubble", type=positive, metavar="X", help="H0 / (100 km/s/Mpc)")
    group.add_argument("--n-s", type=number, metavar="X", help="slope of the primordial spectrum")
    group.add_argument("--sigma8", type=positive, metavar="X", help="rms in spheres of 8 Mpc/h")


def run(options: argparse.Namespace) -> int:
    from backends.cosmology.background import Cosmology
    from backends.progress import part
    from backends.simulation.particle_mesh import simulate
    from backends.writers.gadget_hdf5 import write_gadget_hdf5
    from backends.writers.whole import require_writable

    told = {
        "omega_m": options.omega_m,
        "omega_b": options.omega_b,
        "h": options.hubble,
        "n_s": options.n_s,
        "sigma8": options.sigma8,
    }
    cosmology = Cosmology(**{name: value for name, value in told.items() if value is not None})
    paths = paths_of(options.out, options.redshifts)
    for snapshot_path in paths:
        require_writable(snapshot_path)
    made_by = f"halograph {__version__} simulate --seed {options.seed}"
    with progress_bar("Simulating") as progress:
        snapshots = simulate(
            options.n_particles,
            options.box_size,
            options.seed,
            options.redshifts,
            cosmology,
            progress=part(progress, 0.0, 0.95),
        )
        for path, snapshot in zip(paths, snapshots, strict=True):
            write_gadget_hdf5(
                path,
                snapshot.positions(),
                box_size=snapshot.box_size,
                redshift=snapshot.redshift,
                omega_m=cosmology.omega_m,
                hubble=cosmology.h,
                velocities=snapshot.velocity.reshape(3, -1).T,
                masses=snapshot.particle_mass,
                omega_baryon=cosmology.omega_b,
                created_by=made_by,
            )
    for path in paths:
        print(f"Wrote {path}")
    return 0


def paths_of(out: Path, redshifts: tuple[float, ...]) -> list[Path]:
    """Return one path a snapshot: ``out`` itself for one, else with ``_zZ.ZZ`` before its suffix."""
    if len(redshifts) == 1:
        return [out]
    paths = [out.with_name(f"{out.stem}_z{z:.2f}{out.suffix}") for z in redshifts]
    if len(set(paths)) < len(paths):
        raise WrongCall("two of the redshifts would be written to one file: they must differ by 0.01 or more")
    return paths


def redshifts(text: str) -> tuple[float, ...]:
    """Read redshifts separated by commas."""
    try:
        found = tuple(float(piece) for piece in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} are no redshifts; say e.g. 0,0.5,1") from None
    if not all(0 <= z < 1e4 for z in found):
        raise argparse.ArgumentTypeError(f"{text!r}: redshifts must be 0 or above")
    return found
