"""``halograph halos``: the halos of a run's snapshots as a table, with what each becomes at the next."""

from __future__ import annotations

import argparse

from app import __version__
from app.cli.parsing import add_facts, facts, path, positive, whole_number
from app.cli.progress_bar import progress_bar


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "snapshots", nargs="+", type=path, metavar="SNAPSHOT", help="snapshots of one run, in any order, or a catalogue"
    )
    parser.add_argument("--out", type=path, required=True, metavar="FILE", help="the table to write (CSV)")
    parser.add_argument(
        "--linking-length", type=positive, default=0.2, metavar="B", help="in mean separations (default: 0.2)"
    )
    parser.add_argument(
        "--min-particles", type=whole_number(2), default=20, metavar="N", help="the smallest halo kept (default: 20)"
    )
    parser.add_argument(
        "--substructure", action="store_true", help="halos that lie in others too, where a catalogue says which do"
    )
    add_facts(parser)


def run(options: argparse.Namespace) -> int:
    from app.exporting.halo_table import export_halos
    from app.exporting.runs import open_run
    from backends.data.parameters import Parameters
    from backends.data.store import Store
    from backends.statistics.sample import OWN_STORE

    told = facts(options)
    opened = [open_run(one, told, "prediction", one.stem) for one in options.snapshots]
    opened.sort(key=lambda one: -_redshift(one.told.redshift, one.description.redshift))
    store = Store(OWN_STORE)
    parameters = Parameters(
        linking_length=options.linking_length,
        min_particles=options.min_particles,
        substructure=options.substructure,
    )
    made_by = f"halograph {__version__} halos"
    with progress_bar("Finding halos") as progress:
        samples = [one.sample(store) for one in opened]
        written = export_halos(samples, options.out, parameters, made_by, progress)
    print(f"Wrote {options.out}: {written}")
    return 0


def _redshift(told: float | None, stated: float | None) -> float:
    return next((z for z in (told, stated) if z is not None), 0.0)
