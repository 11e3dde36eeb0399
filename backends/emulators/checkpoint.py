"""Weights in safetensors files that say what they are: architecture, configuration, how they were trained."""

from __future__ import annotations

import json
import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.engine.threads import prepare_torch
from backends.errors import UnreadableFile

if TYPE_CHECKING:
    import torch

LONGEST_HEADER = 16 * 2**20
SHOWN = 6


@dataclass(frozen=True)
class NetworkHeader:
    """What a weights file says of itself.

    architecture, label : registered name and what a person calls it; "" where the file does not say
    config : keyword arguments of ``Architecture.build``
    parameters : how many trainable numbers it holds
    training : how it was trained: CPU seconds, steps, learning rate, seed, boxes, …
    """

    path: Path
    architecture: str
    label: str
    config: Mapping[str, Any]
    parameters: int
    training: Mapping[str, Any] = field(default_factory=dict)


def read_header(path: Path) -> NetworkHeader:
    """Read what the file says of itself, without torch and without its weights.

    Raises
    ------
    UnreadableFile
        Where it is no safetensors file, or a damaged one.
    """
    header = _header(path)
    facts = header.get("__metadata__") or {}
    tensors = {name: value for name, value in header.items() if name != "__metadata__"}
    try:
        stored = sum(math.prod(int(n) for n in tensor["shape"]) for tensor in tensors.values())
        config, training = json.loads(facts.get("config", "{}")), json.loads(facts.get("training", "{}"))
        parameters = int(facts.get("parameters", stored))
        named = {key: str(facts.get(key, "")) for key in ("architecture", "label")}
    except (ValueError, TypeError, KeyError, AttributeError) as wrong:
        raise UnreadableFile(path, f"has damaged metadata ({wrong})", "Copy it again from where it came") from wrong
    if not isinstance(config, dict) or not isinstance(training, dict):
        raise UnreadableFile(path, "has damaged metadata", "Its config and training must be JSON objects")
    return NetworkHeader(path, named["architecture"], named["label"], config, parameters, training)


def _header(path: Path) -> dict[str, Any]:
    try:
        with path.open("rb") as file:
            start = file.read(8)
            size = path.stat().st_size
            length = struct.unpack("<Q", start)[0] if len(start) == 8 else 0
            if not 2 <= length <= min(LONGEST_HEADER, size - 8):
                raise UnreadableFile(path, "is not a safetensors file, or is truncated", "Copy it again")
            header = json.loads(file.read(length))
    except OSError as wrong:
        raise UnreadableFile(path, f"cannot be opened ({wrong.strerror})", "Check the path") from wrong
    except ValueError as wrong:
        raise UnreadableFile(path, "is not a safetensors file", "Its header is not JSON") from wrong
    if not isinstance(header, dict):
        raise UnreadableFile(path, "is not a safetensors file", "Its header is not a JSON object")
    return header


def load_network(
    weights: Path, architecture: str | None = None, config: Mapping[str, Any] | None = None
) -> torch.nn.Module:
    """Build a network and fill it with stored weights; it is in evaluation mode, float32, on the CPU.

    Parameters
    ----------
    weights : safetensors file; float16 and bfloat16 become float32
    architecture : registered name; None takes the one that the file names
    config : keyword arguments of its ``build``; None takes the file's own

    Raises
    ------
    UnreadableFile
        Where the file is damaged, names no architecture, or its keys or shapes are not the network's.
    WrongCall
        Where no such architecture is registered.
    """
    header = read_header(weights)
    name = architecture or header.architecture
    if not name:
        raise UnreadableFile(weights, "does not name its architecture", "Say it with --architecture NAME")
    prepare_torch()
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from backends.emulators import registry

    try:
        network = registry()[name].build(**(header.config if config is None else config))
    except (TypeError, ValueError, RuntimeError) as wrong:
        remedy = "Give the keyword arguments that it was built with as --config JSON"
        raise UnreadableFile(weights, f"has a configuration that {name!r} cannot take ({wrong})", remedy) from wrong
    try:
        stored = load_file(weights)
    except (SafetensorError, OSError) as wrong:
        raise UnreadableFile(weights, f"is damaged ({wrong})", "Copy it again from where it came") from wrong
    _compare(weights, name, {k: tuple(v.shape) for k, v in stored.items()}, network)
    network.load_state_dict({key: value.float() for key, value in stored.items()})
    return network.eval()


def _compare(path: Path, name: str, stored: Mapping[str, tuple[int, ...]], network: torch.nn.Module) -> None:
    wanted = {key: tuple(value.shape) for key, value in network.state_dict().items()}
    faults = []
    for what, keys in (("missing", wanted.keys() - stored.keys()), ("unexpected", stored.keys() - wanted.keys())):
        if keys:
            faults.append(f"{what}: {_listed(sorted(keys))}")
    shaped = [
        f"{k} is {stored[k]}, not {wanted[k]}" for k in sorted(wanted.keys() & stored.keys()) if stored[k] != wanted[k]
    ]
    if shaped:
        faults.append(f"other shapes: {_listed(shaped)}")
    if faults:
        remedy = "Give the architecture and the configuration that the weights were trained with"
        raise UnreadableFile(path, f"does not hold the weights of {name!r}: {'; '.join(faults)}", remedy)


def _listed(items: list[str]) -> str:
    more = len(items) - SHOWN
    return ", ".join(items[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def save_network(
    path: Path, network: torch.nn.Module, architecture: str, config: Mapping[str, Any], training: Mapping[str, Any]
) -> None:
    """Write weights as float16, with all that ``load_network`` needs in the file's metadata."""
    import torch
    from safetensors.torch import save_file

    from backends.emulators import registry

    state = {key: value.detach().to(torch.float16).contiguous() for key, value in network.state_dict().items()}
    facts = {
        "format": "halograph-network",
        "version": "1",
        "architecture": architecture,
        "label": registry()[architecture].label,
        "config": json.dumps(dict(config)),
        "parameters": str(sum(p.numel() for p in network.parameters() if p.requires_grad)),
        "training": json.dumps(dict(training)),
    }
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_suffix(".part")
    save_file(state, partial, facts)
    partial.chmod(0o644)  # safetensors makes files that only their owner can read
    partial.replace(path)
