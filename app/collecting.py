"""Keeps garbage collections short and seldom, so that they do not hold the window up."""

from __future__ import annotations

import gc
import sys
from typing import Any

SELDOM = 50
"""So many smaller collections come before a full one; Python's own ten are soon over while something is imported."""


class Collecting:
    """Sets aside what lives while something is imported: collections look only through what came after.

    Python's own way is to look through everything again, modules included: with numba and scipy loaded that is a
    tenth of a second, in whichever thread it happens, while all others wait. What was set aside still goes with its
    last reference, but a cycle that is abandoned later stays, until :meth:`close`. So nothing is set aside that
    imports did not add to: the plots of a study are such cycles, and go with the study.
    """

    def __init__(self) -> None:
        gc.freeze()
        self._known, self._usual = len(sys.modules), gc.get_threshold()
        gc.set_threshold(*self._usual[:2], SELDOM)
        gc.callbacks.append(self._collected)

    def close(self) -> None:
        """Leave the collection to Python again."""
        if self._collected in gc.callbacks:
            gc.callbacks.remove(self._collected)
            gc.set_threshold(*self._usual)
            gc.unfreeze()

    def _collected(self, phase: str, told: dict[str, Any]) -> None:
        if phase == "stop" and told["generation"] >= 1 and len(sys.modules) > self._known:
            self._known = len(sys.modules)
            gc.freeze()
