"""``halograph compare``: every statistic, table and figure of a comparison."""

from __future__ import annotations

import argparse

from app.cli.ending import one_line
from app.cli.label_words import labels_apart
from app.cli.parsing import add_facts, facts, names, path, whole_number
from app.cli.progress_bar import progress_bar
from app.cli.statistic_options import add_statistic_options, statistic_choices

arrange = labels_apart
"""Rewrites the command line's words before they are parsed."""

EPILOG = """realisations of one run, which give means and errors, are one word: names joined by commas, or
a pattern in quotes

  halograph compare 'truth_box*.hdf5' 'unet_box*.hdf5' --out DIR

each realisation is compared with the reference's of the same place; one reference stands against all"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("reference", type=path, metavar="REFERENCE", help="the run that all others are compared with")
    parser.add_argument("predictions", nargs="+", type=path, metavar="PREDICTION", help="runs that imitate it")
    parser.add_argument(
        "--out",
        type=path,
        required=True,
        metavar="DIR",
        help="folder for results.json, tables, figures, report.html; what it holds already stays, but for files of the "
        "same names",
    )
    parser.add_argument(
        "--label", action="append", metavar="NAME …", help="names of the runs, the reference's first (default: stems)"
    )
    parser.add_argument(
        "--statistics", type=names, metavar="NAME,…|all", help="which statistics (default: all that make sense)"
    )
    parser.add_argument("--species", metavar="NAME", help="compare one species (default: all matter but tracers)")
    parser.add_argument("--n-mesh", type=whole_number(4), metavar="N", help="cells a side")
    parser.add_argument(
        "--mass-assignment", choices=("ngp", "cic", "tsc", "pcs"), help="how particles are painted (default: tsc)"
    )
    parser.add_argument(
        "--interlaced",
        action=argparse.BooleanOptionalAction,
        default=True,
        help="cancel aliases by a second, shifted mesh (default: yes)",
    )
    parser.add_argument("--formats", type=names, default=("pdf", "png"), metavar="pdf,png,svg", help="of the figures")
    parser.add_argument(
        "--curve",
        action="append",
        type=path,
        default=[],
        metavar="PATH",
        help="a table of P(k) or dn/dM to draw beside",
    )
    parser.add_argument(
        "--halos",
        action="append",
        default=[],
        metavar="RUN=FILE",
        help="the catalogue that lists a run's halos, RUN by its label; for each run once (default: found in its "
        "particles)",
    )
    add_statistic_options(parser)
    add_facts(parser)
    parser.epilog = EPILOG


def run(options: argparse.Namespace) -> int:
    from app.exporting.comparison import compare
    from app.exporting.ranking_text import ranking_text

    with progress_bar("Comparing") as progress:
        found = compare(
            options.reference,
            options.predictions,
            options.out,
            labels=options.label,
            statistics=options.statistics,
            species=options.species,
            n_mesh=options.n_mesh,
            mass_assignment=options.mass_assignment,
            interlaced=options.interlaced,
            formats=options.formats,
            told=facts(options),
            curves=options.curve,
            more=statistic_choices(options),
            halos=options.halos,
            progress=progress,
        )
    for note in dict.fromkeys(found.notes):
        print(one_line(note))
    print(ranking_text(found.ranking))
    print(f"Wrote results.json, tables, figures and report.html to {options.out}")
    return 0
