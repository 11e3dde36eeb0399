"""Opens one data set in a process of its own, so that its time and memory are its own: prints one line of JSON.

``python tests/agreement/measured.py PATH FACTS`` with what is told as JSON; the numbers read are left in
the file that FACTS names under "keep".
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path

import numpy as np

from backends.data.catalogue import Catalogue
from backends.data.curve import Curve
from backends.data.facts import Facts
from backends.data.field import Field
from backends.data.particles import Particles
from backends.errors import InputError
from backends.readers import opening, registry


def megabytes(what: str) -> float:
    """Resident memory, now ("VmRSS") or at its highest since it was last forgotten ("VmHWM")."""
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(what))


def main(path: Path, asked: dict[str, object]) -> dict[str, object]:
    registry().names()  # the readers' imports are the program's, not the file's
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    base = megabytes("VmRSS")
    keep, member, species = (str(asked.pop(name, "")) for name in ("keep", "member", "species"))
    told = Facts(**asked)  # type: ignore[arg-type]
    start = time.process_time()
    found, refused = opening.describe([path], told)
    if not found:
        return {"refused": str(refused[0])}
    description = found[0]
    known: dict[str, object] = {
        "format": description.format,
        "kind": description.kind,
        "species": {name: facts.count for name, facts in description.species.items()},
        "fields": {name: facts.shape for name, facts in description.fields.items()},
        "box_size": told.box_size or description.facts_of(member).box_size,
        "redshift": description.redshift,
        "complete": description.complete,
        "data_sets": len(found),
        "files": [str(file) for one in found for file in one.files],
    }
    try:
        data = opening.load(description, told, member, species or None)
    except InputError as error:
        return {**known, "refused": str(error)}
    known |= {"seconds": time.process_time() - start, "megabytes": megabytes("VmHWM") - base}
    if keep:
        _keep(Path(keep), data)
    return known


def _keep(path: Path, data: object) -> None:
    if isinstance(data, Particles | Catalogue):
        masses = np.nan if data.masses is None else data.masses
        np.savez(path, positions=data.positions, masses=masses, box_size=data.box_size)
    elif isinstance(data, Field):
        np.savez(path, values=data.values, box_size=data.box_size)
    elif isinstance(data, Curve):
        np.savez(path, curve=np.stack([data.x, data.y]))


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), json.loads(sys.argv[2]))))
