"""Measures the demo's networks on one of its cases: ``python -m backends.training.evaluate [--case NAME]``."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from backends import demo
from backends.cosmology.background import Cosmology
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.data.store import Store
from backends.emulators.checkpoint import read_header
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Sample

STORE = 1 << 29
HEADINGS = (
    "run",
    "parameters",
    "CPU s",
    "steps",
    "MSE (Mpc/h)²",
    "r(0.5)",
    "r(1.0)",
    "T(0.5)",
    "T(1.0)",
    "k where r < 0.95",
    "k where T is 5 % off",
)


@dataclass(frozen=True)
class Scores:
    """How close one displacement comes to the truth.

    mse : mean squared error of a displacement component, (Mpc/h)²
    correlation, transfer : r and T of the density at some k in h/Mpc, default mesh and mass assignment
    k_correlation, k_transfer : where they leave their bands, h/Mpc; None if never
    """

    mse: float
    correlation: Mapping[float, float]
    transfer: Mapping[float, float]
    k_correlation: float | None
    k_transfer: float | None


def score(predicted: Field, truth: Field, at: tuple[float, ...] = (0.5, 1.0)) -> Scores:
    """Compare a displacement with the true one, by the statistics that the window shows."""
    store, parameters = Store(STORE), Parameters()
    omega_m = Cosmology().omega_m

    def sample(label: str, field: Field) -> Sample:
        return Sample(lambda species, progress: field, label=label, store=store, key=label, omega_m=omega_m)

    run, reference = sample("prediction", predicted), sample("truth", truth)
    r, t, limits = (
        registry()[name].compute(run, reference, parameters, silent)
        for name in ("correlation-coefficient", "transfer-function", "break-scale")
    )
    found = {name: float(limits[name]) for name in ("k_correlation", "k_transfer")}
    return Scores(
        mse=float(np.mean((predicted.values - truth.values) ** 2, dtype=np.float64)),
        correlation={k: float(np.interp(k, r[r.x], r[r.y])) for k in at},
        transfer={k: float(np.interp(k, t[t.x], t[t.y])) for k in at},
        k_correlation=None if np.isnan(found["k_correlation"]) else found["k_correlation"],
        k_transfer=None if np.isnan(found["k_transfer"]) else found["k_transfer"],
    )


def table(case: str) -> str:
    """Return the scores of all the demo's runs on one case, as a Markdown table."""
    truth = demo.displacement(case, "target")
    rows = [
        _row("Zel'dovich", ("", "", ""), score(demo.displacement(case), truth)),
        _row("2LPT", ("", "", ""), score(demo.displacement(case, "approximations/2lpt"), truth)),
    ]
    for name, network in demo.networks().items():
        header = read_header(network.weights)
        facts = f"{header.parameters}", f"{header.training['cpu_seconds']:.0f}", f"{header.training['steps']}"
        rows.append(_row(header.label, facts, score(demo.prediction(case, name), truth)))
    lines = [HEADINGS, ("---",) * len(HEADINGS), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _row(label: str, facts: tuple[str, ...], scores: Scores) -> tuple[str, ...]:
    places = [scores.correlation[0.5], scores.correlation[1.0], scores.transfer[0.5], scores.transfer[1.0]]
    breaks = ["never" if k is None else f"{k:.2f}" for k in (scores.k_correlation, scores.k_transfer)]
    return (label, *facts, f"{scores.mse:.3f}", *(f"{value:.3f}" for value in places), *breaks)


def main() -> None:
    """Parse the command line and print the table."""
    parser = argparse.ArgumentParser(prog="python -m backends.training.evaluate", description=__doc__)
    parser.add_argument("--case", default=demo.HELD_OUT, help="name of the demo's case, or all")
    case = parser.parse_args().case
    for name in demo.cases() if case == "all" else (case,):
        print(f"\n{name}\n\n{table(name)}", flush=True)


if __name__ == "__main__":
    main()
