"""What brings lengths in Mpc/h to Mpc: h, where the runs of a study agree in it."""

from __future__ import annotations

from backends.data.study import Study


def hubble(study: Study) -> float | None:
    """Return H0 / (100 km/s/Mpc), or None where no visible run says it or where they differ."""
    runs = [run for run in study.runs if run.visible]
    known = {h for run in runs if (h := run.told.hubble or run.facts.hubble or run.description.hubble) is not None}
    return known.pop() if len(known) == 1 else None
