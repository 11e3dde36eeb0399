"""What can go wrong, as a tree; each message says what is wrong and what to do.

::

    HalographError
    ├── InputError                what was given cannot be used (exit status 2)
    │   ├── UnreadableFile        damaged, empty, truncated, hostile, or not to be opened
    │   ├── UnknownFormat         no reader recognises the content
    │   ├── MissingFact           the file does not say it and the result needs it
    │   ├── MismatchedBoxes       two runs that cannot be compared
    │   ├── NotApplicable         a statistic or method that makes no sense for this run
    │   └── WrongCall             an option or parameter that cannot be meant
    ├── MachineError              the machine failed us (exit status 1)
    └── Cancelled                 nobody wants the result any more
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path


class HalographError(Exception):
    """The root of everything that Halograph raises on purpose."""

    exit_status = 1


class InputError(HalographError):
    """What was given cannot be used."""

    exit_status = 2


class UnreadableFile(InputError):
    """A file that was recognised, or named, and cannot be read.

    Parameters
    ----------
    path : Path
        The file at fault.
    reason : str
        What is wrong with it, as a clause: "is truncated: 12 of 4096 bytes".
    remedy : str
        What the person can do, as a sentence without full stop.
    """

    def __init__(self, path: Path | str, reason: str, remedy: str = "") -> None:
        self.path, self.reason, self.remedy = Path(path), reason, remedy
        super().__init__(f"{self.path} {reason}" + (f". {remedy}" if remedy else ""))


BESIDES = "Open the snapshot, grid, catalogue or table that it belongs to"
"""What is unknown was most often written beside what is not: lists of identities, parameters, scripts."""


class UnknownFormat(InputError):
    """No reader recognises what the path holds."""

    def __init__(self, path: Path | str, tried: Sequence[str] = (), why: str = "") -> None:
        self.path, self.tried = Path(path), tuple(tried)
        looked = f" (none of the {len(self.tried)} formats that Halograph reads). {BESIDES}" if self.tried else ""
        super().__init__(f"{self.path} {why or 'is of unknown content'}{looked}")


class MissingFact(InputError):
    """A value that the file does not hold and that the result needs."""

    def __init__(self, path: Path | str, fact: str, option: str) -> None:
        self.path, self.fact, self.option = Path(path), fact, option
        super().__init__(f"{self.path} does not state its {fact}. Say it with {option}")


class MismatchedBoxes(InputError):
    """Two runs whose boxes, meshes or frames differ too much to be compared."""

    def __init__(self, first: str, second: str, difference: str) -> None:
        self.first, self.second, self.difference = first, second, difference
        super().__init__(f"{first} and {second} cannot be compared: {difference}")


class NotApplicable(InputError):
    """A statistic or method that would mean nothing for this run; the reason is the message."""


class WrongCall(InputError):
    """An option, name or parameter that cannot be meant."""


class MachineError(HalographError):
    """Disk, memory, display or driver failed; the message says which and what helps."""


class Cancelled(HalographError):
    """Raised inside a computation when nobody wants its result any more."""

    exit_status = 130
