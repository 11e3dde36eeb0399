"""How a long computation reports: it calls ``progress(fraction, message)``.

The call raises :class:`~backends.errors.Cancelled` when nobody wants the result any more, so that
calling it often is all a computation must do to be cancellable.
"""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Reports the share of the work that is done, in [0, 1]; raises ``Cancelled``."""

    def __call__(self, fraction: float, message: str = "") -> None: ...


def silent(fraction: float, message: str = "") -> None:
    """Report to nobody."""


def part(progress: Progress, start: float, stop: float) -> Progress:
    """Return a progress whose 0…1 is the ``start``…``stop`` of the whole."""

    def report(fraction: float, message: str = "") -> None:
        progress(start + (stop - start) * fraction, message)

    return report
