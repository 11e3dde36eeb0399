"""``halograph convert``: a run in another format, for N-body codes and for other programs."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import TYPE_CHECKING

from app import __version__
from app.cli.parsing import add_facts, facts, path, positive, whole_number
from app.cli.progress_bar import progress_bar

if TYPE_CHECKING:
    from app.exporting.runs import OpenedRun

FORMATS = {
    "gadget-hdf5": "particles",
    "bigfile": "particles, as a folder (MP-Gadget)",
    "npy": "a grid",
    "halograph-hdf5": "a grid with all that is known of it",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    listed = "; ".join(f"{name}: {what}" for name, what in FORMATS.items())
    parser.add_argument("input", type=path, metavar="INPUT", help="a snapshot, a grid or one member of a file")
    parser.add_argument("--to", choices=tuple(FORMATS), required=True, metavar="FORMAT", help=listed)
    parser.add_argument("--out", type=path, required=True, metavar="PATH", help="the file, or the new folder, to write")
    parser.add_argument(
        "--n-mesh",
        type=whole_number(4),
        metavar="N",
        help="of grids: paint the density on N cells a side (default: a stored grid as it is)",
    )
    parser.add_argument("--species", metavar="NAME", help="one species alone (default: all that there are)")
    parser.add_argument("--omega-m", type=positive, metavar="X", help="Ω_m, where the files do not state it")
    add_facts(parser)


def run(options: argparse.Namespace) -> int:
    from app.exporting.conversion import Source, convert
    from app.exporting.runs import open_run
    from backends.data.store import Store
    from backends.progress import Progress
    from backends.readers import Data
    from backends.readers.opening import load
    from backends.statistics.sample import OWN_STORE

    opened = _with_particles(open_run(options.input, facts(options), "prediction", options.input.stem), options.to)

    def read(species: str | None, progress: Progress) -> Data:
        return load(opened.description, opened.told, opened.member, species, progress)

    source = Source(
        opened.label,
        opened.description,
        opened.told,
        opened.member,
        read,
        lambda: opened.sample(Store(OWN_STORE)),
        options.omega_m,
    )
    with progress_bar("Converting") as progress:
        written = convert(
            source,
            options.to,
            options.out,
            species=options.species,
            n_mesh=options.n_mesh,
            created_by=f"halograph {__version__} convert",
            progress=progress,
        )
    print(f"Wrote {options.out}: {written}")
    return 0


def _with_particles(opened: OpenedRun, to: str) -> OpenedRun:
    """Of a file of several grids, a snapshot is made of the displacement; else of what is meant anyway."""
    moved = [part.member for part in opened.description.parts if part.quantity == "displacement"]
    if to in ("gadget-hdf5", "bigfile") and moved and opened.member not in moved:
        return replace(opened, member=moved[0], description=replace(opened.description, quantity="displacement"))
    return opened
