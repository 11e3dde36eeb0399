"""Writes the halos of a run, at all its times and linked by the particles that they share, as a table."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path

from backends.data.catalogue import Catalogue
from backends.data.kinship import Descent
from backends.data.parameters import Parameters
from backends.errors import NotApplicable
from backends.halos.descendants import descent
from backends.progress import Progress, part, silent
from backends.statistics.sample import Sample
from backends.writers.halo_table import write_halos
from backends.writers.whole import require_writable

COLUMNS = ("ids", "velocities")


def export_halos(
    samples: Sequence[Sample], out: Path, parameters: Parameters, created_by: str = "", progress: Progress = silent
) -> str:
    """Find the halos of snapshots, link them in time, and write them; return what was written, in words.

    Parameters
    ----------
    samples : of one run's snapshots, earliest first

    Raises
    ------
    NotApplicable
        Where one has no halos and can have none.
    MachineError
        Where the table cannot be written.
    """
    require_writable(out)
    found: list[Catalogue] = []
    for place, sample in enumerate(samples):
        step = part(progress, 0.8 * place / len(samples), 0.8 * (place + 1) / len(samples))
        found.append(sample.measured_halos(parameters, step, COLUMNS))
    if not any(halos.count for halos in found):
        raise NotApplicable(f"there are no halos of {parameters.min_particles} particles or more to write")
    links: list[Descent | None] = []
    reason = ""
    for earlier, later in pairwise(found):
        try:
            links.append(descent(earlier, later, part(progress, 0.8, 0.9)))
        except NotApplicable as why:
            links.append(None)
            reason = str(why)
    write_halos(out, found, links, created_by, part(progress, 0.9, 1.0))
    count = f"{sum(halos.count for halos in found):,} halos"
    if len(found) == 1:
        return count
    linked = sum(int((link.descendant >= 0).sum()) for link in links if link is not None)
    unlinked = f"; not all are linked: {reason}" if reason else ""
    return f"{count} of {len(found)} snapshots, {linked:,} of them with a descendant{unlinked}"
