"""Attribution against what can be worked out by hand, and against an independent package."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

from backends.attribution import registry
from backends.attribution.attention import rollout, tokens_of
from backends.attribution.attention_weights import Layer, record
from backends.attribution.grad_cam import tapped
from backends.attribution.integrated_gradients import path_gradient
from backends.attribution.objective import network_input, objective
from backends.attribution.overlay import on_mesh
from backends.attribution.resampling import resample
from backends.attribution.target import Target, halo_target, voxel_target
from backends.data.field import Field
from backends.emulators import DisplacementArchitecture
from backends.emulators import registry as architectures
from backends.errors import InputError, NotApplicable, WrongCall
from backends.progress import silent

N = 16


@dataclass
class Spec(DisplacementArchitecture):
    """A network of the tests' own."""

    label: str = "A test's network"
    grad_cam_layer: str = "0"
    attention: bool = True

    def build(self, **config: Any) -> nn.Module:
        raise NotImplementedError


def displacement_of(seed: int = 2, amplitude: float = 4.0) -> Field:
    rng = np.random.default_rng(seed)
    return Field(rng.normal(0, amplitude, (3, N, N, N)).astype(np.float32), 32.0, "displacement")


def awake(name: str) -> nn.Module:
    torch.manual_seed(3)
    network = architectures()[name].build()
    with torch.no_grad():
        for parameter in network.parameters():
            if not parameter.any():
                parameter.normal_(0, 0.2)
    return network.eval()


def test_a_linear_network_has_exact_integrated_gradients() -> None:
    """F = Σ_i w_i ψ_i, so that A_i = w_i ψ_i, whatever the path."""
    torch.manual_seed(0)
    network = nn.Conv3d(3, 3, 3, padding=1, padding_mode="circular", bias=False)
    field = displacement_of()
    target = voxel_target((0.2, 0.5, 0.7), field, quantity="contraction")
    answer = registry()["integrated-gradients"].attribute(network, Spec(), field, target, silent)
    x = network_input(field)
    explained = objective(network, x, field.cell_size, target)
    unit = torch.zeros_like(x)
    rng = np.random.default_rng(0)
    assert answer.signed is not None
    near = np.flatnonzero(answer.values)
    for flat in rng.choice(near, 20, replace=False):
        i, j, k = np.unravel_index(flat, (N, N, N))
        expected = 0.0
        for c in range(3):
            unit.zero_()
            unit[0, c, i, j, k] = x[0, c, i, j, k]
            with torch.no_grad():
                expected += float(explained(network(unit)))
        assert answer.signed[i, j, k] == pytest.approx(expected, rel=1e-4, abs=1e-6)
    assert {f.name: f.value for f in answer.facts}["completeness"] < 1e-4


def test_what_cannot_matter_does_not() -> None:
    """A 3³ convolution sees two cells around a 3³ patch, and one more through the divergence."""
    network, field = nn.Conv3d(3, 3, 3, padding=1, padding_mode="circular"), displacement_of()
    target = voxel_target((0.5, 0.5, 0.5), field)
    answer = registry()["integrated-gradients"].attribute(network, Spec(), field, target, silent)
    cells = np.stack(np.unravel_index(list(target.cells), (N, N, N)))
    reached = np.stack(np.nonzero(answer.values))
    apart = np.abs(reached[:, :, None] - cells[:, None, :])
    assert np.minimum(apart, N - apart).max(axis=0).min(axis=1).max() == 1
    assert reached.shape[1] == 5**3


@pytest.mark.parametrize("name", ["convnext", "fno", "resnet", "swin", "unet", "van"])
def test_the_parts_add_up(name: str) -> None:
    network, field = awake(name), displacement_of()
    target = voxel_target((0.5, 0.5, 0.5), field)
    answer = registry()["integrated-gradients"].attribute(network, architectures()[name], field, target, silent)
    assert {f.name: f.value for f in answer.facts}["completeness"] < 0.02


def test_captum_integrates_the_same_gradients() -> None:
    from captum.attr import IntegratedGradients

    network, field = awake("unet"), displacement_of()
    target = voxel_target((0.5, 0.5, 0.5), field)
    x = network_input(field)
    explained = objective(network, x, field.cell_size, target)
    ours = x * path_gradient(network, explained, x, 8, silent)
    peer = IntegratedGradients(lambda batch: torch.stack([explained(network(one[None])) for one in batch]))
    theirs = peer.attribute(x, n_steps=8, method="gausslegendre", internal_batch_size=1)
    torch.testing.assert_close(ours, theirs.to(ours.dtype), rtol=1e-3, atol=1e-6 * float(theirs.abs().max()))


@pytest.mark.parametrize(("name", "layer"), [("unet", "bottleneck"), ("swin", "blocks"), ("van", "blocks")])
def test_captum_weighs_the_same_layer(name: str, layer: str) -> None:
    """On a layer whose channels come first captum is right; on channel-last ones it is silently not."""
    from captum.attr import LayerGradCam

    layer = architectures()[name].grad_cam_layer or layer
    network, field = awake(name), displacement_of()
    target = voxel_target((0.5, 0.5, 0.5), field)
    x = network_input(field)
    explained = objective(network, x, field.cell_size, target)
    answer = registry()["grad-cam"].attribute(network, architectures()[name], field, target, silent)
    peer = LayerGradCam(lambda batch: explained(network(batch))[None], network.get_submodule(layer))
    theirs = peer.attribute(x)[0, 0].detach().numpy()
    assert answer.signed is not None
    np.testing.assert_allclose(answer.signed, resample(theirs, N), atol=2e-5 * np.abs(theirs).max())


class ChannelsLast(nn.Module):
    """Swaps the channels to the end and back around a layer that does nothing."""

    def __init__(self, last: bool) -> None:
        super().__init__()
        self.last = last
        self.lift = nn.Conv3d(3, 8, 3, padding=1, padding_mode="circular")
        self.middle = nn.Identity()
        self.head = nn.Conv3d(8, 3, 3, padding=1, padding_mode="circular")

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = torch.relu(self.lift(x))
        y = self.middle(y.permute(0, 2, 3, 4, 1)).permute(0, 4, 1, 2, 3) if self.last else self.middle(y)
        z: torch.Tensor = self.head(y)
        return z


def test_channels_that_come_last_are_seen_as_channels() -> None:
    torch.manual_seed(0)
    first = ChannelsLast(False)
    last = ChannelsLast(True)
    last.load_state_dict(first.state_dict())
    field = displacement_of()
    target = voxel_target((0.5, 0.5, 0.5), field)
    spec = Spec(grad_cam_layer="middle")
    here = registry()["grad-cam"].attribute(first, spec, field, target, silent)
    spec.grad_cam_channels_last = True
    there = registry()["grad-cam"].attribute(last, spec, field, target, silent)
    np.testing.assert_allclose(here.values, there.values, atol=1e-5 * here.values.max())
    spec.grad_cam_channels_last = False
    with pytest.raises(NotApplicable, match="no grid"):
        registry()["grad-cam"].attribute(last, spec, field, target, silent)


def test_grad_cam_says_where_it_means_nothing() -> None:
    """Behind a linear head, the mean gradient of a divergence is exactly nothing."""
    field = displacement_of()
    target = voxel_target((0.5, 0.5, 0.5), field, quantity="contraction")
    with pytest.raises(NotApplicable, match="explain the correction"):
        registry()["grad-cam"].attribute(awake("fno"), architectures()["fno"], field, target, silent)


def test_a_tapped_network_answers_as_ever() -> None:
    network = awake("swin")
    x = network_input(displacement_of())
    activations, output = tapped(network, "tokens", x)
    with torch.no_grad():
        torch.testing.assert_close(output.detach(), network(x))
    assert activations.requires_grad


def test_recorded_attention_is_what_the_kernel_used() -> None:
    """Σ_j a_ij v_j with the recorded weights is the kernel's own answer."""
    seen: list[tuple[torch.Tensor, torch.Tensor]] = []

    class Attends(nn.Module):
        window, shift = 2, 1

        def forward(self, x: torch.Tensor) -> torch.Tensor:
            torch.manual_seed(1)
            query, key, value = torch.randn(3, 8, 2, 8, 4).unbind(0)
            bias = torch.randn(1, 2, 8, 8)
            seen.append((value, nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=bias)))
            return x

    (layer,) = record(Attends(), torch.zeros(1))
    value, answer = seen[0]
    assert (layer.side, layer.window, layer.shift) == (4, 2, 1)
    np.testing.assert_allclose(layer.weights.sum(-1), 1, atol=1e-6)
    torch.testing.assert_close(torch.from_numpy(layer.weights) @ value, answer, rtol=1e-5, atol=1e-6)


def test_attention_without_windows_is_among_all_cells() -> None:
    class Dense(nn.Module):
        def forward(self, x: torch.Tensor) -> torch.Tensor:
            q = torch.ones(1, 1, 27, 2)
            return nn.functional.scaled_dot_product_attention(q, q, q)

    (layer,) = record(Dense(), torch.zeros(1))
    assert (layer.side, layer.window, layer.shift) == (3, 3, 0)
    assert layer.entropy == pytest.approx(np.log(27), rel=1e-6)


def test_attention_that_is_not_there_is_not_invented() -> None:
    with pytest.raises(NotApplicable, match="no attention was seen"):
        record(nn.Identity(), torch.zeros(1))


def test_a_shifted_window_wraps_around_the_box() -> None:
    """With uniform attention, a token at the corner reaches just the cells of its window, across the faces."""
    uniform = np.full((8, 1, 8, 8), 1 / 8, np.float32)
    row = np.zeros((4, 4, 4), np.float32)
    row[0, 0, 0] = 1
    plain, shifted = Layer(uniform, 4, 2, 0), Layer(uniform, 4, 2, 1)
    assert set(zip(*np.nonzero(plain.follow(row)), strict=True)) == set(np.ndindex(2, 2, 2))
    expected = {(i, j, k) for i in (0, 3) for j in (0, 3) for k in (0, 3)}
    assert set(zip(*np.nonzero(shifted.follow(row)), strict=True)) == expected
    both = rollout((plain, shifted), row)
    assert both.sum() == pytest.approx(1)
    assert both[0, 0, 0] > 0.25


def test_resampling_keeps_what_it_resamples() -> None:
    rng = np.random.default_rng(0)
    coarse = rng.random((4, 4, 4), np.float32)
    np.testing.assert_array_equal(resample(coarse, 4), coarse)
    fine = resample(coarse, 16)
    assert fine.mean() == pytest.approx(coarse.mean(), rel=1e-5)
    wave = np.cos(2 * np.pi * (np.arange(32) + 0.5) / 32).astype(np.float32)
    smooth = resample(np.broadcast_to(wave[:, None, None], (32, 32, 32)), 64)
    exact = np.cos(2 * np.pi * (np.arange(64) + 0.5) / 64)
    np.testing.assert_allclose(smooth[:, 0, 0], exact, atol=0.01)


def test_a_click_finds_the_matter_that_lies_there() -> None:
    field = displacement_of(amplitude=0.0)
    moved = np.array([5.0, -3.0, 30.0], np.float32).reshape(3, 1, 1, 1)
    field = replace(field, values=field.values + moved)
    target = voxel_target(((10.5 * 2 + 5) / 32 % 1, (4.5 * 2 - 3) / 32 % 1, (0.5 * 2 + 30) / 32 % 1), field)
    assert len(target.cells) == 27
    np.testing.assert_allclose(target.centre(N), [10, 4, 0], atol=1e-9)
    assert voxel_target((0.5, 0.5, 0.5), field, reach=0).cells == (voxel_target((0.5, 0.5, 0.5), field).cells[13],)


def test_a_target_must_be_something() -> None:
    with pytest.raises(NotApplicable, match="no cells"):
        halo_target([], N)
    with pytest.raises(WrongCall, match="lattice of 16³"):
        halo_target([N**3], N)
    with pytest.raises(WrongCall, match="correction, contraction"):
        halo_target([1], N, "colour")


def test_importance_travels_with_the_matter() -> None:
    """A marked patch of a uniformly shifted lattice is found where it was shifted to, undiluted."""
    values = np.zeros((3, N, N, N), np.float32)
    values[0] += 8.0
    field = Field(values, 32.0, "displacement")
    importance = np.zeros((N, N, N), np.float32)
    importance[2:8, 4:10, 4:10] = 3.0
    overlay = on_mesh(importance, field, 2 * N)
    assert overlay.quantity == "importance"
    assert overlay.grid == (32, 32, 32)
    x, y, z = (int(i) for i in np.unravel_index(int(overlay.values.argmax()), overlay.grid))
    assert 12 < x < 24
    assert 8 < y < 20
    assert 8 < z < 20
    assert overlay.values[18, 14, 14] == pytest.approx(3.0, rel=0.05)
    assert overlay.values[2, 28, 28] == pytest.approx(0, abs=1e-3)
    same = on_mesh(np.full((N, N, N), 2.0, np.float32), displacement_of(), 2 * N)
    np.testing.assert_allclose(same.values, 2.0, rtol=1e-3)
    assert not on_mesh(np.zeros((N, N, N), np.float32), field, N).values.any()


def test_importance_of_a_spoilt_displacement_is_refused() -> None:
    field = displacement_of()
    field.values[0, 0, 0, 0] = np.inf
    with pytest.raises(InputError, match="not finite"):
        on_mesh(np.ones((N, N, N), np.float32), field, N)


def test_tokens_share_the_target() -> None:
    target = Target("halo", (0, 1, N**3 - 1))
    shares = tokens_of(target, N, 4)
    assert shares.sum() == pytest.approx(1)
    assert shares[0, 0, 0] == pytest.approx(2 / 3)
    assert shares[3, 3, 3] == pytest.approx(1 / 3)
