"""``halograph [PATH …]``: open the window."""

from __future__ import annotations

import argparse

from app.cli.parsing import add_facts, add_window_options, facts, path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="*", type=path, metavar="PATH", help="files and folders to open")
    parser.add_argument("--reference", type=path, metavar="PATH", help="the run that all others are compared with")
    add_window_options(parser)
    add_facts(parser)


def run(options: argparse.Namespace) -> int:
    from app.starting import window_main

    return window_main(
        options.paths,
        reference=options.reference,
        told=facts(options),
        screenshot=options.screenshot,
        temp_profile=options.temp_profile,
    )
