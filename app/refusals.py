"""What was refused of a drop, told in one message: files with the same fault in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from app.rows import in_window
from backends.data.run import Run
from backends.errors import InputError

LINES, NAMES, LONGEST = 6, 3, 44
"""Lines of a message, names in a line, letters of a name: beyond that it is counted, or cut in its middle."""

CONTROL = re.compile(r"[\x00-\x1f\x7f]+")
HUBBLE = re.compile(r"Say it with --hubble H\.?")
BESIDE = "Open it beside a run that states it"


@dataclass(frozen=True)
class Refusal:
    """One path that was not opened.

    why : a clause that follows the path's name: "is empty. Copy or download it again"
    """

    path: Path | None
    why: str

    def __str__(self) -> str:
        return self.why if self.path is None else f"{self.path} {self.why}"


def refusal(error: InputError) -> Refusal:
    """Return an error as what it says of its path."""
    path: Path | None = getattr(error, "path", None)
    text = str(error)
    if path is None or not text.startswith(f"{path} "):
        return Refusal(None, text)
    return Refusal(path, text.removeprefix(f"{path} "))


def told(refused: Sequence[Refusal]) -> tuple[str, str]:
    """Return the title and the text of the message that tells all of them, in the window's words.

    The title is "" where there is only one.
    """
    faults: dict[str, list[Refusal]] = {}
    for one in refused:
        why = one.why if one.path is None else one.why.replace(str(one.path), one.path.name)
        faults.setdefault(in_window(HUBBLE.sub(BESIDE, why)), []).append(one)
    lines = [_line([one.path.name for one in ones if one.path is not None], why) for why, ones in faults.items()]
    if len(lines) > LINES:
        left = len(lines) - LINES + 1
        lines = [*lines[: LINES - 1], f"… and {left} more, each for a reason of its own; drop them alone to read it"]
    title = f"{len(refused)} files were not opened" if len(refused) > 1 else ""
    return title, "\n".join(lines)


def told_changed(runs: Sequence[Run]) -> str:
    """Return the message on runs whose files are no longer what their session knew, each file once."""
    names = list(dict.fromkeys(_short(run.origin.path.name) for run in runs))
    shown = ", ".join(names[:NAMES]) + (f" and {len(names) - NAMES} more" if len(names) > NAMES else "")
    verb = "has" if len(names) == 1 else "have"
    return f"{shown} {verb} changed since the session was saved; what is shown is what is there now"


def _line(names: Sequence[str], why: str) -> str:
    """Return one fault and the files that have it."""
    if len(names) < 2:
        return " ".join((*map(_short, names), why))
    shown = [_short(name) for name in dict.fromkeys(names)][:NAMES]
    more = len(names) - len(shown)
    listed = ", ".join(shown) + f" and {more} more" if more else " and ".join((", ".join(shown[:-1]), shown[-1]))
    return f"Each of {listed} {why}"


def in_one_line(name: str) -> str:
    """Return a file's name as it can stand in a row: file systems take line breaks and any other byte in names."""
    return CONTROL.sub(" ", name).encode("utf-8", "surrogateescape").decode("utf-8", "replace")


def _short(name: str) -> str:
    name, half = in_one_line(name), LONGEST // 2
    return name if len(name) <= LONGEST else f"{name[:half]}…{name[-half:]}"
