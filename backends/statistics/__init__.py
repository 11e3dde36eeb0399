"""Statistics: one file each, registered under the name that sessions and results store."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from backends.data.parameters import Parameters
from backends.data.statistic import StatisticResult
from backends.progress import Progress
from backends.registry import Registry

if TYPE_CHECKING:
    from backends.statistics.sample import Sample


@dataclass(frozen=True)
class Axes:
    """How a statistic is drawn; labels carry their units."""

    x_label: str
    y_label: str
    log_x: bool = True
    log_y: bool = False
    ratio_label: str = ""
    """Label of the ratio panel against the reference, or "" where the statistic is itself a ratio."""
    x_names: tuple[str, ...] = ()
    """What x = 0, 1, … stand for, where they are classes and no numbers."""
    faint: str = ""
    """Why a part of a curve is drawn faint, or a cell hatched, in a few words."""
    shared_phases: bool = False
    """Whether chance strikes a run as it does the reference: their errors do not add, and ratios are given none."""


class Statistic(Protocol):
    """Turns one run, and where it needs one the reference, into a curve.

    A member whose numbers do not depend on the mesh names the fields of ``Parameters`` that they do
    depend on in a tuple ``depends``; a change of the others then leaves them alone. One that counts, and lists no bins
    in which it found none, says ``empty_is_zero = True``, by which means over realisations know. One that is also of
    the reference, and yet looks at it for others, says ``heeds_reference = True``. One that is taken over realisations
    has ``compute_across``, which is given all of them and what stands against each.
    """

    label: str
    """What a person calls it, e.g. "Power spectrum"."""
    axes: Axes
    needs_reference: bool
    """Whether it compares: then the reference itself has none."""

    def compute(
        self, sample: Sample, reference: Sample | None, parameters: Parameters, progress: Progress
    ) -> StatisticResult:
        """Compute it; raises ``NotApplicable`` where it would mean nothing."""


def is_given_reference(statistic: Statistic) -> bool:
    """Whether a statistic's numbers of a run depend on the reference."""
    return statistic.needs_reference or bool(getattr(statistic, "heeds_reference", False))


_registry: Registry[Statistic] = Registry("backends.statistics", "halograph.statistics", "statistic")
register = _registry.register


def registry() -> Registry[Statistic]:
    """All statistics, found on first use."""
    return _registry
