"""Whether a file is still the one that a session knew."""

from __future__ import annotations

from hashlib import blake2b
from pathlib import Path

from backends.errors import UnreadableFile

ENDS = 64 << 10
BLOCKS = 6
BLOCK = 4 << 10


def size_of(path: Path) -> int | None:
    """Return a file's size in bytes, or None for a folder; raises as :func:`fingerprint` does."""
    try:
        return None if path.is_dir() else path.stat().st_size
    except OSError as refused:
        raise UnreadableFile(path, f"cannot be read: {refused.strerror or refused}") from refused


def fingerprint(path: Path) -> str:
    """Return a cheap digest of a file's content: its size, its ends, and blocks in between.

    At most 152 kB are read, however large the file is; of a folder, the names and sizes of what is
    directly in it. A moved or copied file keeps its fingerprint.

    Raises
    ------
    UnreadableFile
        Where it is not there or may not be read.
    """
    digest = blake2b(digest_size=16)
    try:
        if path.is_dir():
            for entry in sorted(path.iterdir()):
                size = entry.stat().st_size if entry.is_file() else 0
                digest.update(f"{entry.name}\0{size}\n".encode("utf-8", "surrogateescape"))
            return digest.hexdigest()
        size = path.stat().st_size
        digest.update(str(size).encode())
        with path.open("rb") as file:
            digest.update(file.read(ENDS))
            for i in range(1, BLOCKS + 1):
                place = i * size // (BLOCKS + 1)
                if ENDS <= place < size - ENDS:
                    file.seek(place)
                    digest.update(file.read(BLOCK))
            file.seek(max(min(size, ENDS), size - ENDS))
            digest.update(file.read(ENDS))
    except OSError as refused:
        raise UnreadableFile(path, f"cannot be read: {refused.strerror or refused}") from refused
    return digest.hexdigest()
