"""Compiled libraries are opened before Python imports them, and nothing is imported by that."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

OPENED = """
import sys
from backends.engine.libraries import open_ahead
open_ahead()
maps = open("/proc/self/maps").read()
print(all(name in maps for name in ("libllvmlite", "special/_ufuncs", "pypocketfft", "h5py/_errors")))
print([name for name in ("numba", "llvmlite", "scipy", "h5py") if name in sys.modules])
import scipy.fft, numba, h5py
"""


@pytest.mark.skipif(not Path("/proc/self/maps").exists(), reason="the system does not tell what is opened")
def test_libraries_are_open_and_nothing_is_imported() -> None:
    told = subprocess.run([sys.executable, "-c", OPENED], capture_output=True, text=True, check=True)
    assert told.stdout.split("\n")[:2] == ["True", "[]"]
    assert not told.stderr
