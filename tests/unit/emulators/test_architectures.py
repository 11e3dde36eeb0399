"""Contracts of every registered architecture, generated from the registry."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from backends.emulators import registry
from backends.errors import WrongCall

NAMES = ("convnext", "fno", "resnet", "swin", "unet", "van")
EXACT_SHIFT = {"resnet": 1, "fno": 1, "unet": 4, "convnext": 2, "van": 2, "swin": 16}
"""Cells by which each network's grids repeat: a shift by them commutes with it."""


def awakened(name: str) -> torch.nn.Module:
    """A network whose last layer, zero at first, is random: so that it does something."""
    torch.manual_seed(0)
    network = registry()[name].build().eval()
    torch.nn.init.normal_(network.head.weight, std=0.3)
    return network


def test_importing_the_package_does_not_import_torch() -> None:
    code = "import backends.emulators, backends.emulators.checkpoint, sys; assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)


def test_the_six_are_registered_and_others_are_refused() -> None:
    assert set(NAMES) <= set(registry().names())
    with pytest.raises(WrongCall, match="unet"):
        registry()["perceptron"]


@pytest.mark.parametrize("name", NAMES)
def test_untrained_network_is_silent_and_keeps_the_shape(name: str) -> None:
    x = torch.randn(1, 3, 16, 16, 16)
    with torch.no_grad():
        y = registry()[name].build()(x)
    assert y.shape == x.shape
    assert torch.count_nonzero(y) == 0


@pytest.mark.parametrize("name", NAMES)
def test_periodic_shift_commutes(name: str) -> None:
    network, x = awakened(name), torch.randn(1, 3, 32, 32, 32)
    cells = EXACT_SHIFT[name]
    with torch.no_grad():
        y, moved = network(x), network(torch.roll(x, (cells, -cells, 2 * cells), (2, 3, 4)))
    assert y.std() > 1e-3
    torch.testing.assert_close(torch.roll(y, (cells, -cells, 2 * cells), (2, 3, 4)), moved, rtol=1e-3, atol=1e-4)


@pytest.mark.parametrize("name", NAMES)
def test_every_parameter_takes_part(name: str) -> None:
    network = awakened(name)
    network(torch.randn(1, 3, 32, 32, 32)).square().mean().backward()
    unused = [key for key, p in network.named_parameters() if p.grad is None or not p.grad.abs().sum() > 0]
    assert not unused


@pytest.mark.parametrize("name", NAMES)
def test_layer_for_grad_cam_exists_and_gives_a_field(name: str) -> None:
    architecture, network = registry()[name], awakened(name)
    seen: list[torch.Tensor] = []
    handle = network.get_submodule(architecture.grad_cam_layer).register_forward_hook(lambda *a: seen.append(a[2]))
    with torch.no_grad():
        network(torch.randn(1, 3, 16, 16, 16))
    handle.remove()
    assert seen[0].ndim == 5
    grid = seen[0].shape[1:4] if architecture.grad_cam_channels_last else seen[0].shape[2:]
    assert grid[0] == grid[1] == grid[2]
    assert 16 % grid[0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_attention_is_where_it_is_said_to_be(name: str) -> None:
    from torch.utils._python_dispatch import TorchDispatchMode

    class Listener(TorchDispatchMode):
        heard = False

        def __torch_dispatch__(self, func, types, args=(), kwargs=None):  # type: ignore[no-untyped-def]
            self.heard |= "scaled_dot_product" in str(func)
            return func(*args, **(kwargs or {}))

    with torch.no_grad(), Listener() as listener:
        awakened(name)(torch.randn(1, 3, 16, 16, 16))
    assert listener.heard == registry()[name].attention


def test_swin_windows_hold_the_tokens_that_they_say() -> None:
    """With values that name their place, uniform attention averages exactly one shifted window."""
    from backends.emulators.swin import WindowAttention

    block = WindowAttention(width=4, heads=1, window=2, shift=1)
    with torch.no_grad():
        for p in block.parameters():
            p.zero_()
        block.before_attention.weight.fill_(1)
        block.query_key_value.weight[8:].copy_(torch.eye(4))
        block.project.weight.copy_(torch.eye(4))
        x = torch.randn(1, 4, 4, 4, 4)
        change = block(x) - x
        normal = torch.nn.functional.layer_norm(x, (4,))
        window = torch.roll(normal, (-1,) * 3, (1, 2, 3))[0, :2, :2, :2].reshape(8, 4).mean(0)
    torch.testing.assert_close(change[0, 1, 1, 1], window)
    torch.testing.assert_close(change[0, 2, 2, 2], window)
