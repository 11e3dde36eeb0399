"""Of the pieces of a catalogue, those that can be read and belong together."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from pathlib import Path
from typing import TypeVar

from backends.errors import UnreadableFile

Piece = TypeVar("Piece")


def sound_pieces(
    files: Sequence[Path], read: Callable[[Path], Piece], told_by: Callable[[Piece], Hashable], warnings: list[str]
) -> dict[Path, Piece]:
    """Read every piece; a damaged one, or one of another snapshot, is left out and named in ``warnings``.

    Parameters
    ----------
    told_by : what pieces of the same snapshot have in common

    Raises
    ------
    UnreadableFile
        Where no piece can be read.
    """
    pieces: dict[Path, Piece] = {}
    failure: UnreadableFile | None = None
    for path in files:
        try:
            piece = read(path)
        except UnreadableFile as damaged:
            failure = failure or damaged
            warnings.append(f"{path.name} {damaged.reason} and is left out.")
            continue
        first, of_first = next(iter(pieces.items()), (path, piece))
        if told_by(piece) != told_by(of_first):
            warnings.append(f"{path.name} belongs to another snapshot than {first.name} and is left out.")
            continue
        pieces[path] = piece
    if not pieces:
        raise failure or UnreadableFile(files[0], "holds no halos")
    return pieces
