"""The same particles through Halograph and through independent packages (see make_reference.py)."""

from __future__ import annotations

import json

import numpy as np
import pytest
from make_reference import BOX, FILE, N_MESH, clustered

from backends.data.parameters import Parameters
from backends.data.particles import Particles
from backends.data.statistic import StatisticResult
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Sample

PEERS = json.loads(FILE.read_text(encoding="utf-8"))


def power_spectrum(parameters: Parameters) -> StatisticResult:
    sample = Sample(lambda species, progress: Particles(clustered(), BOX), label="clumps")
    return registry()["power-spectrum"].compute(sample, None, parameters, silent)


def test_power_agrees_with_pylians_and_counts_the_same_modes() -> None:
    found = power_spectrum(Parameters(n_mesh=N_MESH, mass_assignment="cic", interlaced=False))
    assert found["power"] == pytest.approx(PEERS["pylians"]["power"], rel=1e-5)
    assert found["k"] == pytest.approx(PEERS["pylians"]["k"], rel=1e-6)
    assert found["n_modes"].tolist() == PEERS["pylians"]["n_modes"]


def test_the_default_agrees_with_the_exact_transform() -> None:
    found = power_spectrum(Parameters(n_mesh=N_MESH))
    error = np.abs(found["power"] / PEERS["finufft"]["power"] - 1)
    nyquist = found["k"] / (np.pi * N_MESH / BOX)
    assert error[nyquist <= 0.5].max() < 5e-5
    assert error.max() < 1e-3
