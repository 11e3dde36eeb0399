"""Keeps garbage collections short, so that they do not hold the window up."""

from __future__ import annotations

import gc
import sys
from typing import Any


class Collecting:
    """Sets aside what survived a full collection after imports: the next one looks only through what came after.

    Python's own way is to look through everything again, modules included: with numba and scipy loaded that is a
    tenth of a second, in whichever thread it happens, while all others wait. What was set aside still goes with its
    last reference, but a cycle that is abandoned later stays, until :meth:`close`. So nothing is set aside that
    imports did not add to: the plots of a study are such cycles, and go with the study.
    """

    def __init__(self) -> None:
        gc.freeze()
        self._known = len(sys.modules)
        gc.callbacks.append(self._collected)

    def close(self) -> None:
        """Leave the collection to Python again."""
        if self._collected in gc.callbacks:
            gc.callbacks.remove(self._collected)
            gc.unfreeze()

    def _collected(self, phase: str, told: dict[str, Any]) -> None:
        if phase == "stop" and told["generation"] == 2 and len(sys.modules) > self._known:
            self._known = len(sys.modules)
            gc.freeze()
