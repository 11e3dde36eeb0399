"""Opens large compiled libraries without keeping the interpreter, before Python imports them."""

from __future__ import annotations

import ctypes
import os
from importlib.util import find_spec
from pathlib import Path

LARGE = (
    ("h5py", "_errors.*.so"),
    ("llvmlite", "binding/libllvmlite.*"),
    ("scipy", "special/_ufuncs.*.so"),
    ("scipy", "special/_special_ufuncs.*.so"),
    ("scipy", "fft/_pocketfft/pypocketfft.*.so"),
)
"""Package and file of what takes the linker longest: up to a quarter of a second where the disk is slow."""


def open_ahead() -> None:
    """Have the system open the libraries of h5py, numba and scipy, so that to import them is soon over.

    Python keeps its interpreter while an import waits for the linker, and with it every other thread; a foreign call
    does not. What cannot be opened is left to the import, which knows how to say so.
    """
    if os.name != "posix":
        return
    dlopen = ctypes.CDLL(None).dlopen
    dlopen.argtypes, dlopen.restype = (ctypes.c_char_p, ctypes.c_int), ctypes.c_void_p
    for package, pattern in LARGE:
        spec = find_spec(package)  # the package itself is not imported
        for folder in (spec.submodule_search_locations or ()) if spec else ():
            for path in Path(folder).glob(pattern):
                dlopen(os.fsencode(path), os.RTLD_NOW)
