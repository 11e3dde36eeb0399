"""``halograph info``: what is in files and folders, from their headers alone."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import Any

from app.cli.ending import complain
from app.cli.parsing import add_facts, facts, path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=path, metavar="PATH", help="files and folders")
    parser.add_argument("--json", action="store_true", help="print one line of JSON per data set")
    add_facts(parser)


def run(options: argparse.Namespace) -> int:
    from app.exporting.results import describe_run, to_plain
    from backends.errors import UnknownFormat
    from backends.readers.opening import describe, examined

    told = facts(options)
    found, refused = describe(options.paths, told)
    for i, described in enumerate(found):
        known = to_plain(describe_run(examined(described, told), told))
        if options.json:
            print(json.dumps(known, ensure_ascii=False, allow_nan=False))
        else:
            print(("\n" if i else "") + _in_words(known))
    for error in refused:
        complain(str(error))
    # A folder may hold other things beside what was found in it; a file that was named must be told.
    named = {str(path) for path in options.paths}
    unused = [e for e in refused if not (found and isinstance(e, UnknownFormat) and str(e.path) not in named)]
    return max((error.exit_status for error in unused), default=0)


def _in_words(known: Mapping[str, Any]) -> str:
    """Say the same as the JSON line for people."""
    from backends.data.description import FieldFacts

    lines = [str(known["path"]), f"  {known['kind']} ({known['format']})"]
    rows = (
        ("box size", known["box_size"], "Mpc/h"),
        ("redshift", known["redshift"], ""),
        ("H0 / 100", known["hubble"], ""),
        ("Ω_m", known["omega_m"], ""),
    )
    lines += [
        f"  {name:10s} {'not stated' if value is None else f'{value:g} {unit}'.rstrip()}" for name, value, unit in rows
    ]
    for name, species in known["species"].items():
        low, high = species["mass_min"], species["mass_max"]
        masses = "" if low is None else f", {low:.4g} Msun/h" if low == high else f", {low:.4g} to {high:.4g} Msun/h"
        lines.append(f"  {name:10s} {species['count']:,}{' particles' if known['kind'] == 'particles' else ''}{masses}")
    for name, field in known["fields"].items():
        cells = FieldFacts(tuple(field["shape"]), field["dtype"], "lines_of_sight" in field).in_words
        lines.append(
            f"  {name:10s} {cells}, {field['dtype']}" if "," in cells else f"  {name:10s} {cells} {field['dtype']}"
        )
    if known["n_files"] > 1 or not known["complete"]:
        lines.append(f"  files      {known['n_files']}{'' if known['complete'] else ', incomplete'}")
    lines += [f"  note: {warning}" for warning in known["warnings"]]
    return "\n".join(lines)
