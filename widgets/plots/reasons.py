"""Why runs have no curve, in few words: what holds for many of them is said once."""

from __future__ import annotations

import re
from collections.abc import Sequence

_MOST = 4
"""Reasons that a plot has room for."""


def reasons_of(skipped: Sequence[tuple[str, str]]) -> list[str]:
    """Return the reasons as sentences; the same one of several runs is one, named after the first of them.

    Parameters
    ----------
    skipped : label and reason of every run that is not drawn
    """
    alike: dict[str, list[str]] = {}
    for label, reason in skipped:
        pattern = re.sub(rf"(?<!\w){re.escape(label)}(?!\w)", "\0", reason) if label else reason
        alike.setdefault(pattern, []).append(label)
    lines = [_line(pattern, labels) for pattern, labels in alike.items()]
    if len(lines) > _MOST:
        lines = [*lines[: _MOST - 1], f"… and {len(lines) - _MOST + 1} more reasons"]
    return lines


def _line(pattern: str, labels: Sequence[str]) -> str:
    first, more = labels[0], len(labels) - 1
    said = pattern.replace("\0", first) if "\0" in pattern else f"{first}: {pattern}"
    if not more:
        return said
    return f"{said.rstrip('.')}. So it is with {f'{more} more runs' if more > 1 else labels[1]}"
