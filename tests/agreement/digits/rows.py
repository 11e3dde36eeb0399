"""One line of the table: what a number was held against, and how far they are apart."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass
from importlib.metadata import version
from io import StringIO
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

Rows = Iterator["Row"]


@dataclass(frozen=True)
class Row:
    """``difference`` is relative and the largest anywhere; ``because`` says what limits it."""

    name: str
    kind: str
    against: str
    compared: str
    difference: float
    because: str = ""

    @property
    def digits(self) -> str:
        return "all" if self.difference == 0 else f"{max(-np.log10(self.difference), 0.0):.1f}"


def truth(name: str, against: str, compared: str, difference: float, because: str = "") -> Row:
    return Row(name, "truth", against, compared, difference, because)


def peer(name: str, package: str, compared: str, difference: float, because: str = "") -> Row:
    """Return a row of an independent package, which stands with its version."""
    return Row(name, "peer", f"{package} {version(package)}", compared, difference, because)


def apart(ours: ArrayLike, theirs: ArrayLike, of_largest: bool = False) -> float:
    """Return the largest relative difference; where values cross zero, in units of the largest of them."""
    a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    assert a.shape == b.shape, (a.shape, b.shape)
    size = np.abs(b).max() if of_largest else np.abs(b)
    with np.errstate(divide="ignore", invalid="ignore"):
        away = np.where(a == b, 0.0, np.abs(a - b) / size)
    return float(away.max())


def moved(ours: ArrayLike, theirs: ArrayLike) -> float:
    """Return the share of what two histograms have put in different bins."""
    a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    return float(np.abs(a - b).sum() / 2 / b.sum())


def quietly(call: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
    """Call a package that tells everything it does."""
    with redirect_stdout(StringIO()):
        return call(*arguments, **named)
