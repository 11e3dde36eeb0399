"""Writes a bundle: one task's cases and several models' predictions in one HDF5 file.

This file needs only numpy and h5py, and nothing of Halograph: copy it to the cluster where the networks
run. What it writes, Halograph opens.

::

    /                attributes format = "halograph-bundle", version = 1
    /task            name, description, input_quantity, target_quantity
    /grid            box_size (Mpc/h), n, dimensions, periodic, cell_offset, lattice_offset, mass_assignment
    /cosmology       omega_m, omega_b, hubble, n_s, sigma8
    /normalisation/<quantity>                     scale, unit
    /cases/<id>                                   label, split, seed, redshift, box_size, ood_axis, ood_value, …
    /cases/<id>/input, target                     datasets: quantity, unit, label
    /cases/<id>/approximations/<name>             datasets: baselines without a network, e.g. 2LPT
    /models/<name>                                label, architecture, config, parameters, training, weights, …
    /models/<name>/predictions/<id>/mean, samples, std
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float32]
Scalar = str | int | float | bool

FORMAT, VERSION = "halograph-bundle", 1
SPLITS = ("train", "validation", "test", "ood")
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*\Z")


@dataclass(frozen=True, eq=False)
class Dataset:
    """One field: (components, *grid) or (*grid), with what it is and what a person calls it."""

    values: Array
    quantity: str
    label: str
    unit: str = ""


@dataclass(frozen=True, eq=False)
class Case:
    """One input and the truth for it.

    split : "train", "validation", "test", or "ood" for one outside the training range
    facts : further attributes: seed, redshift, box_size, ood_axis, ood_value, sigma8, particle_mass, …
    approximations : baselines that need no network, by name
    """

    label: str
    split: str
    input: Dataset | None = None
    target: Dataset | None = None
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    approximations: Mapping[str, Dataset] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class Model:
    """One network and what it predicted.

    architecture : registered name;  config : its keyword arguments
    training : how it was trained, as plain JSON values
    facts : further attributes: weights (a path relative to the bundle), hardware, wall_seconds,
        energy_joules, energy_method
    means, samples, deviations : predictions by case; samples have one axis more, first
    """

    label: str
    architecture: str
    config: Mapping[str, Any] = field(default_factory=dict)
    parameters: int = 0
    training: Mapping[str, Any] = field(default_factory=dict)
    facts: Mapping[str, Scalar] = field(default_factory=dict)
    means: Mapping[str, Dataset] = field(default_factory=dict)
    samples: Mapping[str, Dataset] = field(default_factory=dict)
    deviations: Mapping[str, Dataset] = field(default_factory=dict)


def write_bundle(
    path: Path | str,
    *,
    box_size: float,
    n: int,
    cases: Mapping[str, Case],
    models: Mapping[str, Model] | None = None,
    cosmology: Mapping[str, float] | None = None,
    task: Mapping[str, str] | None = None,
    normalisation: Mapping[str, tuple[float, str]] | None = None,
    cell_offset: float = 0.5,
    periodic: bool = True,
    mass_assignment: str | None = None,
    precision: float | None = None,
) -> None:
    """Write a bundle, or leave nothing behind.

    Parameters
    ----------
    box_size : Mpc/h, of the cases that do not state their own
    n : cells a side
    normalisation : (scale, unit) by quantity: the networks see value / scale
    cell_offset : 0 where a value sits at its cell's lower corner, 0.5 at its centre; for displacements
        the lattice is q = (i + cell_offset) box_size / n
    precision : round all values to multiples of it, so that they compress; a power of two keeps the
        rounded values exact. None keeps all bits

    Raises
    ------
    ValueError
        Where a name cannot be a name, a split is unknown, an array has not n cells a side, or a
        prediction belongs to no case.
    """
    path, models = Path(path), models or {}
    _check(cases, models, n)
    partial = path.with_name(path.name + ".part")
    try:
        with h5py.File(partial, "w", libver=("earliest", "v110")) as file:
            file.attrs["format"], file.attrs["version"] = FORMAT, VERSION
            _note(file.create_group("task"), task or {})
            grid: dict[str, Scalar] = {"box_size": float(box_size), "n": n, "dimensions": 3, "periodic": periodic}
            grid |= {"cell_offset": cell_offset, "lattice_offset": cell_offset}
            _note(file.create_group("grid"), grid | ({"mass_assignment": mass_assignment} if mass_assignment else {}))
            _note(file.create_group("cosmology"), {k: float(v) for k, v in (cosmology or {}).items()})
            for quantity, (scale, unit) in (normalisation or {}).items():
                _note(file.create_group(f"normalisation/{quantity}"), {"scale": float(scale), "unit": unit})
            # Listed in the order in which they are given, not in the alphabet's.
            file.create_group("cases", track_order=True)
            file.create_group("models", track_order=True)
            for name, case in cases.items():
                _write_case(file.create_group(f"cases/{name}"), case, precision)
            for name, model in models.items():
                _write_model(file.create_group(f"models/{name}"), model, precision)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _check(cases: Mapping[str, Case], models: Mapping[str, Model], n: int) -> None:
    if not cases:
        raise ValueError("a bundle needs at least one case")
    fields: list[tuple[str, Dataset | None]] = []
    for name, case in cases.items():
        if case.split not in SPLITS:
            raise ValueError(f"case {name!r} has split {case.split!r}; known are {', '.join(SPLITS)}")
        fields += [(name, case.input), (name, case.target), *((name, a) for a in case.approximations.values())]
    for name, model in models.items():
        for predictions in (model.means, model.samples, model.deviations):
            if unknown := predictions.keys() - cases.keys():
                raise ValueError(f"model {name!r} predicts {', '.join(sorted(unknown))}, which is no case")
            fields += [(name, prediction) for prediction in predictions.values()]
    inner = [key for case in cases.values() for key in case.approximations]
    for name in (*cases, *models, *inner):
        if not _NAME.match(name):
            raise ValueError(f"{name!r} cannot be a name: use letters, digits, dots, dashes and underscores")
    for name, dataset in fields:
        if dataset is not None and dataset.values.shape[-3:] != (n, n, n):
            raise ValueError(f"{name!r} has an array of shape {dataset.values.shape}; its last axes must be {n} cells")


def _write_case(group: h5py.Group, case: Case, precision: float | None) -> None:
    _note(group, {"label": case.label, "split": case.split, **case.facts})
    for name, dataset in (("input", case.input), ("target", case.target)):
        if dataset is not None:
            _store(group, name, dataset, precision)
    for name, dataset in case.approximations.items():
        _store(group, f"approximations/{name}", dataset, precision)


def _write_model(group: h5py.Group, model: Model, precision: float | None) -> None:
    _note(group, {"label": model.label, "architecture": model.architecture, "parameters": model.parameters})
    _note(group, {"config": json.dumps(dict(model.config)), "training": json.dumps(dict(model.training))})
    _note(group, model.facts)
    kinds: Sequence[tuple[str, Mapping[str, Dataset]]] = (
        ("mean", model.means),
        ("samples", model.samples),
        ("std", model.deviations),
    )
    for kind, predictions in kinds:
        for case, dataset in predictions.items():
            _store(group, f"predictions/{case}/{kind}", dataset, precision)


def _store(group: h5py.Group, name: str, dataset: Dataset, precision: float | None) -> None:
    values = np.asarray(dataset.values, dtype=np.float32)
    if precision is not None:
        values = (np.rint(values.astype(np.float64) / precision) * precision).astype(np.float32)
    chunks = (1,) * (values.ndim - 3) + values.shape[-3:]
    stored = group.create_dataset(
        name, data=values, chunks=chunks, shuffle=True, compression="gzip", compression_opts=9
    )
    _note(stored, {"quantity": dataset.quantity, "label": dataset.label, "unit": dataset.unit})
    if precision is not None:
        stored.attrs["precision"] = float(precision)


def _note(node: h5py.Group | h5py.Dataset, facts: Mapping[str, Scalar]) -> None:
    for name, value in facts.items():
        node.attrs[name] = value
