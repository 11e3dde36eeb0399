"""``halograph demo``: open the demo study, or write its runs as files."""

from __future__ import annotations

import argparse
from pathlib import Path

from app.cli.parsing import add_window_options, path
from app.cli.progress_bar import progress_bar
from backends.errors import WrongCall


def add_arguments(parser: argparse.ArgumentParser) -> None:
    add_window_options(parser)
    parser.add_argument(
        "--export",
        type=path,
        metavar="DIR",
        help="write the demo's runs as files that 'compare' reads, and exit; no window opens",
    )


def run(options: argparse.Namespace) -> int:
    if options.export is None:
        from app.starting import window_main

        return window_main((), screenshot=options.screenshot, temp_profile=options.temp_profile, demo=True)
    if options.screenshot is not None:
        raise WrongCall("--export opens no window of which there could be a --screenshot: ask for one at a time")
    from app.exporting.demo_files import export_demo

    with progress_bar("Writing the demo") as progress:
        written = export_demo(options.export, progress)
    print(f"Wrote {len(written)} runs to {options.export}. Compare them:")
    first = [str(options.export / path) for path in written if path.parent == Path()]
    print(f"  halograph compare {' '.join(first)} --out comparison")
    return 0
