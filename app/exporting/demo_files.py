"""Writes the demo's runs as files that ``compare`` reads with no options."""

from __future__ import annotations

from pathlib import Path

from app import __version__
from app.exporting.delivery import delivered
from backends import demo
from backends.data.field import Field
from backends.progress import Progress, part, silent
from backends.readers.opening import describe
from backends.writers.field_hdf5 import write_field

BASELINES = {"nbody": "target", "zeldovich": "input", "2lpt": "approximations/2lpt"}
"""File names of a case's truth, its input, and what needs no network, by their place in the bundle."""


def export_demo(out: Path, progress: Progress = silent) -> list[Path]:
    """Write the held-out case's runs into ``out`` and every other case's into a folder of its name.

    Returns the files' paths relative to ``out``, the truth of each case first.

    Raises
    ------
    MachineError
        Where they cannot be written.
    """
    from backends.engine.threads import prepare_torch

    prepare_torch()
    (bundle,), _ = describe([demo.demo_bundle()])
    networks = tuple(demo.networks())
    jobs = [(case, name) for case in demo.cases() for name in (*BASELINES, *networks)]
    written = []
    with delivered(out) as draft:
        for done, (case, name) in enumerate(jobs):
            step = part(progress, done / len(jobs), (done + 1) / len(jobs))
            step(0.0, f"{case}: {name}")
            path = Path(f"{name}.hdf5") if case == demo.HELD_OUT else Path(case, f"{name}.hdf5")
            (draft / path).parent.mkdir(exist_ok=True)
            write_field(
                draft / path,
                _run(case, name, step),
                hubble=bundle.hubble,
                omega_m=bundle.omega_m,
                label=name,
                created_by=f"halograph {__version__} demo --export",
                progress=part(step, 0.8, 1.0),
            )
            written.append(path)
    return written


def _run(case: str, name: str, progress: Progress) -> Field:
    if name in BASELINES:
        return demo.displacement(case, BASELINES[name])
    return demo.prediction(case, name, part(progress, 0.0, 0.8))
