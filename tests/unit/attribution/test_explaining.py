"""From a click to an overlay, through a file of weights."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from backends.attribution.explaining import explain
from backends.attribution.target import halo_target
from backends.data.field import Field
from backends.data.run import Network
from backends.emulators import registry as architectures
from backends.emulators.checkpoint import save_network
from backends.errors import Cancelled, NotApplicable

N = 16


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Network:
    torch.manual_seed(0)
    config = {"width": 8, "depth": 1}
    network = architectures()["resnet"].build(**config)
    torch.nn.init.normal_(network.get_submodule("head").get_parameter("weight"), 0, 0.3)
    path = tmp_path_factory.mktemp("weights") / "resnet.safetensors"
    save_network(path, network, "resnet", config, {})
    return Network("resnet", path, sum(p.numel() for p in network.parameters()))


@pytest.fixture
def displacement() -> Field:
    rng = np.random.default_rng(4)
    return Field(rng.normal(0, 1.5, (3, N, N, N)).astype(np.float32), 32.0, "displacement", redshift=0.0)


def test_the_overlay_lies_where_the_click_was(stored: Network, displacement: Field) -> None:
    """The network sees seven cells at most: what it looked at is around the click, not beyond the box's middle."""
    reports: list[float] = []
    answer = explain(
        stored, displacement, (0.25, 0.5, 0.75), "integrated-gradients", 2 * N, lambda f, message="": reports.append(f)
    )
    assert answer.overlay.grid == (32, 32, 32)
    assert answer.overlay.box_size == 32.0
    heavy = np.stack(np.nonzero(answer.overlay.values > 0.3 * answer.overlay.values.max()))
    apart = heavy - np.array([8, 16, 24])[:, None]
    assert np.abs((apart + 16) % 32 - 16).max() <= 12
    assert reports == sorted(reports)
    assert reports[-1] == 1.0
    assert len(answer.facts) == len(answer.stated)
    assert "Mpc/h" in answer.facts[0]


def test_a_halo_has_an_overlay_too(stored: Network, displacement: Field) -> None:
    answer = explain(stored, displacement, halo_target(range(40), N), "grad-cam", N)
    assert answer.overlay.values.max() > 0


def test_what_makes_no_sense_says_so_before_anything_runs(stored: Network, displacement: Field) -> None:
    with pytest.raises(NotApplicable, match="ResNet has no attention"):
        explain(stored, displacement, (0.5, 0.5, 0.5), "attention", N)
    with pytest.raises(NotApplicable, match="displacement"):
        explain(stored, replace(displacement, quantity="overdensity"), (0.5, 0.5, 0.5), "grad-cam", N)


def test_it_can_be_cancelled(stored: Network, displacement: Field) -> None:
    def unwanted(fraction: float, message: str = "") -> None:
        if fraction > 0.4:
            raise Cancelled("nobody wants it")

    with pytest.raises(Cancelled):
        explain(stored, displacement, (0.5, 0.5, 0.5), "integrated-gradients", N, unwanted)


def test_asking_for_an_explanation_imports_no_torch() -> None:
    """The window hands the call to a process of its own: its own process never pays for torch."""
    code = "import sys, backends.attribution.explaining; sys.exit('torch' in sys.modules or 'scipy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[3], timeout=60).returncode == 0
