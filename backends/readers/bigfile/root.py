"""Where a BigFile begins: the folder, any block in it, and any file of a block are the same data set."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from backends.readers.bigfile.blocks import ATTRIBUTES, HEADER, NUMBERED, OLD_ATTRIBUTES, is_block

HEADERS = ("Header", "header")
GROUPS = ("FOFGroups",)
FRIENDS = "LL-"
"""FastPM's friends of friends stand beside its particles in a folder named by their linking length."""

MOST_ENTRIES = 10_000


def root_of(path: Path) -> Path | None:
    """Return the folder that holds the header and all blocks of what a path belongs to, or None; never raises."""
    folder = path
    try:
        if path.is_file():
            if path.name not in (HEADER, ATTRIBUTES, OLD_ATTRIBUTES) and not NUMBERED.match(path.name):
                return None
            folder = path.parent
            if not is_block(folder):
                return None
        if header_of(folder) is not None and not is_block(folder):
            return folder
        if not is_block(folder) and next(blocks_in(folder), None) is None:
            return None
        folder = folder if len(folder.parts) > 2 else folder.absolute()
        for above in (folder.parent, folder.parent.parent):
            if header_of(above) is not None:
                return above
    except OSError:
        return None
    return None


def header_of(root: Path) -> Path | None:
    """The block of attributes that describes the whole, or None."""
    return next((root / name for name in HEADERS if is_block(root / name)), None)


def blocks_in(folder: Path) -> Iterator[Path]:
    """Yield the blocks that stand in a folder, by name."""
    if folder.is_dir():
        for number, entry in enumerate(sorted(folder.iterdir())):
            if number > MOST_ENTRIES:
                return
            if entry.is_dir() and is_block(entry):
                yield entry


def halos_of(path: Path, root: Path) -> Path | None:
    """The folder of groups that a path means: the data set's only content, or the one it lies in; else None."""
    for name in GROUPS:
        if (root / name).is_dir():
            return root / name
    try:
        step = path.resolve().relative_to(root.resolve()).parts[:1]
    except (OSError, ValueError):
        return None
    return root / step[0] if step and step[0].startswith(FRIENDS) else None


def species_in(root: Path) -> dict[int, Path]:
    """The folders of particle types that have positions, by number."""
    found = {int(entry.name): entry for entry in root.iterdir() if entry.name.isdigit() and len(entry.name) < 4}
    return {number: found[number] for number in sorted(found) if is_block(found[number] / "Position")}


def files_of(root: Path, folders: list[Path]) -> tuple[Path, ...]:
    """Every file of the header and of the blocks in some folders."""
    header = header_of(root)
    blocks = [header] if header is not None else []
    for folder in folders:
        blocks += blocks_in(folder)
    return tuple(
        file
        for block in blocks
        for file in sorted(block.iterdir())
        if file.is_file() and (file.name in (HEADER, ATTRIBUTES, OLD_ATTRIBUTES) or NUMBERED.match(file.name))
    )
