"""Tells the names after ``--label`` from the paths that follow them on the same command line.

``--label`` is given once with several names or several times, before, between or behind the paths:
since there are as many labels as paths, how many words belong to it can be counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

OPTION = "--label"


def labels_apart(words: Sequence[str], flags: Collection[str]) -> list[str]:
    """Write every label as a word ``--label=NAME`` of its own, and leave the rest as it is.

    Parameters
    ----------
    words : of the command line
    flags : the options that take no value; every other takes one
    """
    groups = list(_groups(words, flags))
    n_labels = sum(len(group) - 1 for group in groups if group[0] == OPTION)
    surplus = n_labels - sum(group[0] == "" for group in groups)
    too_many = surplus // 2 if surplus > 0 and surplus % 2 == 0 else 0
    arranged: list[list[str]] = []
    for group in reversed(groups):
        if group[0] != OPTION:
            arranged.append(group[1:] if group[0] == "" else group)
            continue
        taken = max(0, min(too_many, len(group) - 2))
        too_many -= taken
        names, paths = group[1 : len(group) - taken], group[len(group) - taken :]
        arranged.append([*(f"{OPTION}={name}" for name in names), *paths] or [OPTION])
    return [word for group in reversed(arranged) for word in group]


def _groups(words: Sequence[str], flags: Collection[str]) -> Iterator[list[str]]:
    """Yield every option with its words, and every path as ``["", path]``."""
    waiting = list(words)
    while waiting:
        word = waiting.pop(0)
        if word == "--":
            yield [word]
            yield from (["", path] for path in waiting)
            return
        if word == OPTION:
            group = [word]
            while waiting and not waiting[0].startswith("-"):
                group.append(waiting.pop(0))
            yield group
        elif word.startswith(f"{OPTION}="):
            yield [OPTION, word.removeprefix(f"{OPTION}=")]
        elif word.startswith("-") and word != "-":
            takes = "=" not in word and word not in flags
            yield [word, waiting.pop(0)] if takes and waiting else [word]
        else:
            yield ["", word]
