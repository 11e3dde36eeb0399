"""Weights files speak for themselves, and refuse to be what they are not."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from backends.data.field import Field
from backends.emulators import registry
from backends.emulators.checkpoint import load_network, read_header, save_network
from backends.emulators.predict import predict
from backends.errors import NotApplicable, UnreadableFile, WrongCall

CONFIG = {"width": 4, "depth": 1}


@pytest.fixture
def weights(tmp_path: Path) -> Path:
    torch.manual_seed(1)
    network = registry()["resnet"].build(**CONFIG)
    torch.nn.init.normal_(network.head.weight, std=0.1)
    save_network(tmp_path / "resnet.safetensors", network, "resnet", CONFIG, {"cpu_seconds": 3.5, "steps": 7})
    return tmp_path / "resnet.safetensors"


def displacement(n: int = 8, quantity: str = "displacement") -> Field:
    values = np.random.default_rng(0).normal(0, 3, (3, n, n, n)).astype(np.float32)
    return Field(values, 16.0, quantity, 0.5, 0.0)


def test_header_tells_what_the_network_is(weights: Path) -> None:
    header = read_header(weights)
    assert (header.architecture, header.label, dict(header.config)) == ("resnet", "ResNet", CONFIG)
    assert header.parameters == sum(p.numel() for p in registry()["resnet"].build(**CONFIG).parameters())
    assert header.training["cpu_seconds"] == 3.5


def test_round_trip_is_float16_of_the_weights(weights: Path) -> None:
    torch.manual_seed(1)
    original = registry()["resnet"].build(**CONFIG)
    torch.nn.init.normal_(original.head.weight, std=0.1)
    network = load_network(weights)
    assert not network.training
    for key, value in network.state_dict().items():
        assert value.dtype == torch.float32
        torch.testing.assert_close(value, original.state_dict()[key].half().float(), rtol=0, atol=0)


def test_prediction_adds_the_scaled_correction(weights: Path) -> None:
    field, network = displacement(), load_network(weights)
    before = field.values.copy()
    result = predict(network, field)
    with torch.no_grad():
        correction = network(torch.from_numpy(field.values)[None] / 6)[0].numpy()
    np.testing.assert_allclose(result.values, field.values + 6 * correction, rtol=1e-5, atol=1e-5)
    np.testing.assert_array_equal(field.values, before)
    assert (result.box_size, result.quantity, result.cell_offset) == (16.0, "displacement", 0.5)


def test_fields_that_do_not_suit_are_refused(weights: Path) -> None:
    with pytest.raises(NotApplicable, match="displacement"):
        predict(load_network(weights), displacement(quantity="velocity"))
    swin = registry()["swin"].build()
    with pytest.raises(NotApplicable, match="grid"):
        predict(swin, displacement(n=10))
    broken = displacement()
    broken.values[0, 0, 0, 0] = np.nan
    with pytest.raises(NotApplicable, match="finite"):
        predict(load_network(weights), broken)


def test_wrong_architecture_lists_the_keys(weights: Path) -> None:
    with pytest.raises(UnreadableFile, match=r"missing: .*unexpected: "):
        load_network(weights, "unet", {})
    with pytest.raises(UnreadableFile, match="other shapes"):
        load_network(weights, config={"width": 8, "depth": 1})
    with pytest.raises(UnreadableFile, match="configuration"):
        load_network(weights, config={"breadth": 8})
    with pytest.raises(WrongCall, match="known are"):
        load_network(weights, "perceptron")


def test_file_without_metadata_needs_to_be_told(tmp_path: Path) -> None:
    network = registry()["resnet"].build(**CONFIG)
    save_file(network.state_dict(), tmp_path / "bare.safetensors")
    assert read_header(tmp_path / "bare.safetensors").parameters == sum(p.numel() for p in network.parameters())
    with pytest.raises(UnreadableFile, match="--architecture"):
        load_network(tmp_path / "bare.safetensors")
    load_network(tmp_path / "bare.safetensors", "resnet", CONFIG)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00" * 4,
        struct.pack("<Q", 2**60) + b"{}",
        struct.pack("<Q", 2) + b"[]",
        struct.pack("<Q", 6) + b"{\xff\xfe..}",
        struct.pack("<Q", 27) + b'{"__metadata__":{"config":2}' + b"}",
        struct.pack("<Q", 21) + b'{"a":{"shape":["x"]}}',
    ],
)
def test_damaged_files_are_refused_with_one_message(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "damaged.safetensors"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"damaged\.safetensors"):
        read_header(path)


def test_truncated_and_absent_files_are_refused(weights: Path, tmp_path: Path) -> None:
    content = weights.read_bytes()
    weights.write_bytes(content[:-100])
    with pytest.raises(UnreadableFile, match="damaged"):
        load_network(weights)
    with pytest.raises(UnreadableFile, match="cannot be opened"):
        read_header(tmp_path / "absent.safetensors")
