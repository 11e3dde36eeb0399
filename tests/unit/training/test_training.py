"""The recipe: its symmetries are symmetries of gravity, it learns, and it tells what it did."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from backends import demo
from backends.cosmology.background import Cosmology
from backends.emulators import registry
from backends.emulators.checkpoint import load_network, read_header
from backends.simulation.mesh_force import acceleration
from backends.training import boxes, recipe
from backends.training.augmentation import Symmetry, draw
from backends.training.loop import Settings, train


def test_gravity_commutes_with_every_drawn_symmetry() -> None:
    """The force on displaced particles turns, mirrors and moves with them: places and components together."""
    generator = np.random.default_rng(0)
    n = 16
    displacement = generator.normal(0, 1.5, (3, n, n, n)).astype(np.float32)
    force = acceleration(displacement, 32.0, 2 * n, Cosmology().omega_m)
    drawn = [draw(generator, n) for _ in range(8)]
    assert len({symmetry.order for symmetry in drawn}) > 2
    for symmetry in drawn:
        turned = acceleration(symmetry.apply(displacement), 32.0, 2 * n, Cosmology().omega_m)
        np.testing.assert_allclose(turned, symmetry.apply(force), atol=2e-5 * np.abs(force).max())


def test_identity_changes_nothing() -> None:
    values = np.random.default_rng(1).normal(size=(3, 4, 4, 4)).astype(np.float32)
    same = Symmetry((0, 0, 0), (0, 1, 2), (False, False, False))
    np.testing.assert_array_equal(same.apply(values), values)


def test_training_reduces_the_error_and_keeps_to_its_budget() -> None:
    generator = np.random.default_rng(2)
    inputs = generator.normal(0, 4, (4, 3, 16, 16, 16)).astype(np.float32)
    targets = inputs * np.float32(1.3)
    torch.manual_seed(0)
    network = registry()["resnet"].build(width=4, depth=1)
    facts = train(network, inputs, targets, Settings(seconds=4.0, learning_rate=1e-2, precision="float32"))
    assert facts["log"][-1][2] < 0.3 * 0.3**2 * 16
    assert 4.0 <= facts["cpu_seconds"] < 6.0
    assert facts["steps"] >= facts["log"][-1][0]
    json.dumps(facts)


def test_one_network_is_trained_and_written_with_its_story(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(boxes, "N_PARTICLES", 16)
    monkeypatch.setattr(boxes, "BOX_SIZE", 32.0)
    monkeypatch.setattr(boxes, "TRAINING_SEEDS", (1000, 1001))
    threads = torch.get_num_threads()
    try:
        recipe.train_one("swin", tmp_path, seconds=0.5, seed=3)
    finally:
        torch.set_num_threads(threads)
    header = read_header(tmp_path / "swin.safetensors")
    assert header.training["seed"] == 3
    assert header.training["boxes"] == 2
    assert header.training["steps"] > 0
    assert "log" not in header.training
    load_network(header.path)
    assert json.loads((tmp_path / "swin.json").read_text())["seconds"] == 0.5


def test_held_out_boxes_are_never_trained_on() -> None:
    assert not set(boxes.TRAINING_SEEDS) & set(boxes.HELD_OUT_SEEDS)
    assert set(recipe.CONFIGURATIONS) == set(demo.NETWORKS)
