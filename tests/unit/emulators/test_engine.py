"""Where networks run, and that torch is told to be a good neighbour before it is imported."""

from __future__ import annotations

import subprocess
import sys

import pytest
import torch

from backends.engine.device import choose_device
from backends.errors import MachineError, WrongCall


def test_waiting_threads_sleep_before_torch_is_imported() -> None:
    code = (
        "import os, sys; os.environ.pop('OMP_WAIT_POLICY', None); from backends.emulators import registry; "
        "assert 'torch' not in sys.modules; registry(); assert os.environ['OMP_WAIT_POLICY'] == 'PASSIVE'; "
        "assert 'torch' not in sys.modules; registry().names(); assert 'torch' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_devices_are_chosen_or_refused() -> None:
    assert choose_device("cpu").type == "cpu"
    assert choose_device().type == ("cuda" if torch.cuda.is_available() else "cpu")
    with pytest.raises(WrongCall, match="auto, cpu, cuda"):
        choose_device("abacus")


@pytest.mark.skipif(torch.cuda.is_available(), reason="this machine has a CUDA device")
def test_missing_gpu_says_what_helps() -> None:
    with pytest.raises(MachineError, match="choose the device cpu"):
        choose_device("cuda")
