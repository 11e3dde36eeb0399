"""Makes the demo study from trained weights: ``python -m backends.training.make_demo --weights DIR``.

Without ``--weights`` the networks are trained first, by the recipe, in ``--work``. The whole study is
remade by that one command: it takes an hour or so on two cores, nearly all of it training.
"""

from __future__ import annotations

import argparse
import shutil
from dataclasses import dataclass, field
from pathlib import Path

import resources
from backends.cosmology.background import Cosmology
from backends.data.bundle import Case, Dataset, Model, write_bundle
from backends.data.field import Field
from backends.demo import HELD_OUT, NETWORKS
from backends.emulators.checkpoint import load_network, read_header
from backends.emulators.predict import SCALE, predict
from backends.simulation.particle_mesh import LATTICE_OFFSET, simulate
from backends.training.boxes import BOX_SIZE, HELD_OUT_SEEDS, N_PARTICLES
from backends.training.recipe import train_all

PRECISION = 2.0**-12
"""Mpc/h: displacements are stored rounded to it, a ten-thousandth of a cell, and compress to half."""


@dataclass(frozen=True)
class Plan:
    """One case of the demo: what is simulated, and in what it differs from the training boxes."""

    label: str
    seed: int
    box_size: float = BOX_SIZE
    redshift: float = 0.0
    cosmology: Cosmology = field(default_factory=Cosmology)
    axis: str = ""
    value: float = 0.0


PLANS = {
    HELD_OUT: Plan("Held-out box", HELD_OUT_SEEDS[0]),
    "sigma8-1.0": Plan(
        "Outside: σ₈ = 1.0", HELD_OUT_SEEDS[1], cosmology=Cosmology(sigma8=1.0), axis="sigma8", value=1.0
    ),
    "z-1": Plan("Outside: z = 1", HELD_OUT_SEEDS[2], redshift=1.0, axis="redshift", value=1.0),
    "cell-4": Plan("Outside: cells of 4 Mpc/h", HELD_OUT_SEEDS[3], box_size=256.0, axis="cell_size", value=4.0),
}


def make_case(plan: Plan) -> Case:
    """Simulate one case."""
    (snapshot,) = simulate(N_PARTICLES, plan.box_size, plan.seed, (plan.redshift,), plan.cosmology)
    facts: dict[str, str | int | float | bool] = {
        "seed": plan.seed,
        "redshift": plan.redshift,
        "box_size": plan.box_size,
        "sigma8": plan.cosmology.sigma8,
        "particle_mass": snapshot.particle_mass,
    }
    if plan.axis:
        facts |= {"ood_axis": plan.axis, "ood_value": plan.value}
    return Case(
        plan.label,
        "ood" if plan.axis else "test",
        Dataset(snapshot.zeldovich, "displacement", "Zel'dovich", "Mpc/h"),
        Dataset(snapshot.displacement, "displacement", "N-body", "Mpc/h"),
        facts,
        {"2lpt": Dataset(snapshot.second_order, "displacement", "2LPT", "Mpc/h")},
    )


def make_model(weights: Path, case: Case) -> Model:
    """Run one network on the held-out case."""
    header = read_header(weights)
    assert case.input is not None
    given = Field(case.input.values, BOX_SIZE, "displacement", LATTICE_OFFSET, 0.0)
    output = predict(load_network(weights), given)
    made = Dataset(output.values, "displacement", header.label, "Mpc/h")
    facts = {"weights": f"weights/{weights.name}"}
    return Model(
        header.label, header.architecture, header.config, header.parameters, header.training, facts, {HELD_OUT: made}
    )


def make_demo(weights: Path, out: Path) -> None:
    """Write ``demo.hdf5`` and ``weights/`` into ``out``, from a folder of trained safetensors."""
    (out / "weights").mkdir(parents=True, exist_ok=True)
    cases = {}
    for name, plan in PLANS.items():
        print(f"Simulating {plan.label}", flush=True)
        cases[name] = make_case(plan)
    models = {}
    for name in NETWORKS:
        print(f"Running {name}", flush=True)
        target = out / "weights" / f"{name}.safetensors"
        shutil.copyfile(weights / target.name, target)
        models[name] = make_model(target, cases[HELD_OUT])
    c = Cosmology()
    write_bundle(
        out / "demo.hdf5",
        box_size=BOX_SIZE,
        n=N_PARTICLES,
        cases=cases,
        models=models,
        cosmology={"omega_m": c.omega_m, "omega_b": c.omega_b, "hubble": c.h, "n_s": c.n_s, "sigma8": c.sigma8},
        task={
            "name": "zeldovich-to-nbody",
            "description": "From the Zel'dovich displacement of a box to its N-body displacement, at one redshift",
            "input_quantity": "displacement",
            "target_quantity": "displacement",
        },
        normalisation={"displacement": (SCALE, "Mpc/h")},
        cell_offset=LATTICE_OFFSET,
        precision=PRECISION,
    )


def main() -> None:
    """Parse the command line, train where no weights are given, and make the study."""
    parser = argparse.ArgumentParser(
        prog="python -m backends.training.make_demo", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    parser.add_argument("--weights", type=Path, help="folder of trained weights; trained anew if not given")
    parser.add_argument("--work", type=Path, default=Path("build/training"), help="folder in which to train")
    parser.add_argument("--seconds", type=float, default=450.0, help="CPU seconds of training per network")
    parser.add_argument("--out", type=Path, default=resources.path("demo"), help="folder of the study")
    options = parser.parse_args()
    if options.weights is None:
        train_all(NETWORKS, options.work, options.seconds, seed=0, at_once=2)
    make_demo(options.weights or options.work, options.out)


if __name__ == "__main__":
    main()
