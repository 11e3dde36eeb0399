"""The demo study that ships with Halograph: a bundle of real runs, and the networks that made some of them."""

from __future__ import annotations

from pathlib import Path

import resources
from backends.data.field import Field
from backends.data.run import Network
from backends.errors import WrongCall
from backends.progress import Progress, part, silent

NETWORKS = ("unet", "resnet", "fno", "convnext", "van", "swin")
HELD_OUT = "held-out"


def demo_bundle() -> Path:
    """Return where the demo's bundle lies; FileNotFoundError where the installation is incomplete."""
    return resources.path("demo/demo.hdf5")


def networks() -> dict[str, Network]:
    """Return the demo's networks by name, read from their weights' headers: neither torch nor weights are read."""
    from backends.emulators.checkpoint import read_header

    found = {}
    for name in NETWORKS:
        header = read_header(resources.path(f"demo/weights/{name}.safetensors"))
        found[name] = Network(header.architecture, header.path, header.parameters)
    return found


def cases() -> tuple[str, ...]:
    """Names of the demo's cases, the held-out one first."""
    import h5py

    with h5py.File(demo_bundle(), "r") as file:
        return tuple(sorted(file["cases"], key=lambda name: (name != HELD_OUT, name)))


def displacement(case: str, member: str = "input") -> Field:
    """Return one of a case's displacements: "input" (Zel'dovich), "target" (N-body) or "approximations/2lpt".

    Raises
    ------
    WrongCall
        Where there is no such case or member.
    """
    stored = _read(case, f"cases/{case}/{member}")
    if stored is None:
        raise WrongCall(f"the demo's case {case!r} has no {member!r}")
    return stored


def prediction(case: str, name: str, progress: Progress = silent) -> Field:
    """Return what a network makes of a case's input: the stored displacement, or computed where none is stored.

    Raises
    ------
    WrongCall
        Where there is no such case or network.
    """
    known = networks()
    if name not in known:
        raise WrongCall(f"the demo has no network called {name!r}; known are {', '.join(known)}")
    stored = _read(case, f"models/{name}/predictions/{case}/mean")
    if stored is not None:
        progress(1.0, "Read the prediction")
        return stored
    from backends.emulators.checkpoint import load_network
    from backends.emulators.predict import predict

    progress(0.0, "Loading the network")
    network = load_network(known[name].weights)
    return predict(network, displacement(case), part(progress, 0.3, 1.0))


def _read(case: str, member: str) -> Field | None:
    import h5py
    import numpy as np

    with h5py.File(demo_bundle(), "r") as file:
        if case not in file["cases"]:
            raise WrongCall(f"the demo has no case called {case!r}; known are {', '.join(file['cases'])}")
        if member not in file:
            return None
        grid, facts = file["grid"].attrs, file[f"cases/{case}"].attrs
        return Field(
            np.asarray(file[member], dtype=np.float32),
            box_size=float(facts.get("box_size", grid["box_size"])),
            quantity="displacement",
            cell_offset=float(grid["lattice_offset"]),
            redshift=float(facts["redshift"]),
        )
