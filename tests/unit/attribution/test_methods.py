"""What every attribution method owes for every architecture."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
import torch

from backends.attribution import registry
from backends.attribution.answer import Attribution
from backends.attribution.objective import network_input, objective
from backends.attribution.target import Target, halo_target, voxel_target
from backends.data.field import Field
from backends.emulators import Architecture
from backends.emulators import registry as architectures
from backends.errors import Cancelled, InputError, NotApplicable
from backends.progress import silent

N = 16
METHODS = registry().names()
SMALL: dict[str, dict[str, int]] = {
    "convnext": {"width": 8, "depth": 2, "fine": 4},
    "fno": {"width": 6, "depth": 2, "modes": 6, "n_bins": 8},
    "resnet": {"width": 8, "depth": 2},
    "swin": {"width": 16, "depth": 2, "patch": 2, "fine": 4},
    "unet": {"width": 4},
    "van": {"width": 8, "depth": 2, "fine": 4},
}
ARCHITECTURES = tuple(SMALL)
PAIRS = [
    pytest.param(method, name, id=f"{method}-{name}")
    for method in METHODS
    for name in ARCHITECTURES
    if not registry()[method].applies(architectures()[name])
]
REFUSED = [
    pytest.param(method, name, id=f"{method}-{name}")
    for method in METHODS
    for name in ARCHITECTURES
    if registry()[method].applies(architectures()[name])
]


def network_of(name: str, seed: int = 1) -> torch.nn.Module:
    """A network whose last layer is awake: untrained ones return their input unchanged."""
    torch.manual_seed(seed)
    network = architectures()[name].build(**SMALL[name])
    with torch.no_grad():
        for key, parameter in network.named_parameters():
            if not parameter.any():
                parameter.normal_(0, 0.2)
            if "query" in key:  # else attention is uniform in any network that has not been trained
                parameter *= 4
    return network


def displacement_of(seed: int = 2) -> Field:
    rng = np.random.default_rng(seed)
    return Field(rng.normal(0, 4, (3, N, N, N)).astype(np.float32), 32.0, "displacement")


def ask(method: str, name: str, network: torch.nn.Module, field: Field, target: Target | None = None) -> Attribution:
    spec: Architecture = architectures()[name]
    return registry()[method].attribute(network, spec, field, target or voxel_target((0.3, 0.6, 0.5), field), silent)


def traces(network: torch.nn.Module) -> dict[str, object]:
    """Everything about a network that a method could leave changed behind."""
    found: dict[str, object] = {"fastpath": torch.backends.mha.get_fastpath_enabled(), "grad": torch.is_grad_enabled()}
    for name, module in network.named_modules():
        hooks = (module._forward_hooks, module._forward_pre_hooks, module._backward_hooks, module._backward_pre_hooks)
        found[name] = (module.training, [len(h) for h in hooks], sorted(vars(module)))
    for name, parameter in network.named_parameters():
        found[f"{name} (number)"] = (parameter.requires_grad, parameter.grad is None, float(parameter.detach().sum()))
    return found


@pytest.mark.parametrize(("method", "name"), PAIRS)
def test_the_answer_is_a_map_that_anybody_gets_again(method: str, name: str) -> None:
    field = displacement_of()
    first, again = (ask(method, name, network_of(name), field) for _ in range(2))
    assert first.values.shape == (N, N, N)
    assert first.values.dtype == np.float32
    assert np.isfinite(first.values).all()
    assert first.values.min() >= 0
    assert first.values.max() > 0
    np.testing.assert_array_equal(first.values, again.values)
    assert [fact.sentence for fact in first.facts] == [fact.sentence for fact in again.facts]


@pytest.mark.parametrize(("method", "name"), PAIRS)
def test_other_weights_give_another_map(method: str, name: str) -> None:
    """Adebayo et al. 2018 (arXiv:1810.03292): a map that survives this shows the input, not the network."""
    field = displacement_of()
    one, other = (ask(method, name, network_of(name, seed), field).values.ravel() for seed in (1, 5))
    assert np.abs(one / one.sum() - other / other.sum()).sum() > 0.05


@pytest.mark.parametrize("training", [False, True], ids=["evaluating", "training"])
@pytest.mark.parametrize(("method", "name"), PAIRS)
def test_nothing_is_left_behind(method: str, name: str, training: bool) -> None:
    network, field = network_of(name).train(training), displacement_of()
    before = traces(network)
    ask(method, name, network, field)
    assert traces(network) == before


@pytest.mark.parametrize("calls", range(3))
@pytest.mark.parametrize(("method", "name"), PAIRS)
def test_nothing_is_left_behind_when_it_is_cancelled(method: str, name: str, calls: int) -> None:
    network, field, reported = network_of(name).train(), displacement_of(), []
    before, target = traces(network), voxel_target((0.5, 0.5, 0.5), field)

    def unwanted(fraction: float, message: str = "") -> None:
        reported.append(fraction)
        if len(reported) > calls:
            raise Cancelled("nobody wants it")

    with pytest.raises(Cancelled):
        registry()[method].attribute(network, architectures()[name], field, target, unwanted)
    assert traces(network) == before


@pytest.mark.parametrize(("method", "name"), PAIRS)
def test_nothing_is_left_behind_when_the_network_fails(method: str, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    network, field = network_of(name).train(), displacement_of()
    before, target = traces(network), voxel_target((0.5, 0.5, 0.5), field)

    def broken(x: torch.Tensor) -> torch.Tensor:
        raise RuntimeError("the last layer failed")

    with monkeypatch.context() as patch:
        patch.setitem(network.get_submodule("head").__dict__, "forward", broken)
        with pytest.raises(RuntimeError, match="last layer"):
            registry()[method].attribute(network, architectures()[name], field, target, silent)
    assert traces(network) == before


@pytest.mark.parametrize(("method", "name"), PAIRS)
def test_what_is_not_finite_is_refused(method: str, name: str) -> None:
    field = displacement_of()
    target = voxel_target((0.5, 0.5, 0.5), field)
    spoilt = field.values.copy()
    spoilt[1, 2, 3, 4] = np.nan
    with pytest.raises(InputError, match="1 of 12288 displacements are not finite"):
        ask(method, name, network_of(name), replace(field, values=spoilt), target)
    with pytest.raises(NotApplicable, match="displacement"):
        ask(method, name, network_of(name), replace(field, quantity="velocity"), target)
    with pytest.raises(NotApplicable, match="cells"):
        ask(method, name, network_of(name), field, Target("halo", (N**3,)))


@pytest.mark.parametrize(("method", "name"), REFUSED)
def test_a_method_that_means_nothing_says_so(method: str, name: str) -> None:
    reason = registry()[method].applies(architectures()[name])
    assert architectures()[name].label in reason
    with pytest.raises(NotApplicable, match=reason):
        ask(method, name, network_of(name), displacement_of())


@pytest.mark.parametrize("method", METHODS)
def test_a_halo_can_be_explained(method: str) -> None:
    field = displacement_of()
    answer = ask(method, "swin", network_of("swin"), field, halo_target([5, 6, 7, 300, 301], N))
    assert answer.values.max() > 0


@pytest.mark.parametrize("name", ["resnet", "fno"])
@pytest.mark.parametrize("method", ["integrated-gradients", "grad-cam"])
def test_a_shifted_universe_has_a_shifted_map(method: str, name: str) -> None:
    """These two networks are exactly equivariant under shifts around the box, and so is what explains them."""
    field, network = displacement_of(), network_of(name)
    target = voxel_target((0.5, 0.5, 0.5), field)
    moved = replace(field, values=np.roll(field.values, (3, 5, -2), (1, 2, 3)))
    where = np.roll(np.isin(np.arange(N**3), target.cells).reshape(N, N, N), (3, 5, -2), (0, 1, 2))
    other = Target("voxel", tuple(int(i) for i in np.flatnonzero(where)))
    here, there = (ask(method, name, network, f, t).values for f, t in ((field, target), (moved, other)))
    np.testing.assert_allclose(np.roll(here, (3, 5, -2), (0, 1, 2)), there, atol=2e-4 * here.max())


@pytest.mark.parametrize("quantity", ["correction", "contraction"])
def test_the_objective_is_the_number_that_it_says(quantity: str) -> None:
    network, field = network_of("unet").eval(), displacement_of()
    target = voxel_target((0.1, 0.2, 0.9), field, quantity=quantity)
    x = network_input(field)
    with torch.no_grad():
        value = float(objective(network, x, field.cell_size, target)(network(x)))
        c = 6 * network(x)[0].numpy().astype(np.float64)
    if quantity == "correction":
        expected = np.sqrt((c.reshape(3, -1)[:, list(target.cells)] ** 2).sum(0).mean())
    else:
        slopes = [(np.roll(c[i], -1, i) - np.roll(c[i], 1, i)) / (2 * field.cell_size) for i in range(3)]
        expected = -np.sum(slopes, axis=0).ravel()[list(target.cells)].mean()
    assert value == pytest.approx(expected, rel=1e-4)


def test_a_network_that_does_nothing_has_nothing_to_explain() -> None:
    untrained = architectures()["unet"].build()
    for method in ("integrated-gradients", "grad-cam"):
        with pytest.raises(NotApplicable, match="nothing to explain"):
            ask(method, "unet", untrained, displacement_of())
