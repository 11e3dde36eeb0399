"""Damage to samples, be they a file or a folder of files."""

from __future__ import annotations

import shutil
from pathlib import Path


def files_of(path: Path) -> list[Path]:
    """All files of a sample, the largest first: it is where a cut or a flipped bit lands in real life."""
    if path.is_file():
        return [path]
    return sorted((f for f in path.rglob("*") if f.is_file()), key=lambda f: (-f.stat().st_size, str(f)))


def content_of(path: Path) -> dict[str, bytes]:
    """The bytes of every file, by its place below ``path``; "" for the file itself."""
    return {str(f.relative_to(path)) if path.is_dir() else "": f.read_bytes() for f in files_of(path)}


def write_content(path: Path, content: dict[str, bytes]) -> None:
    """Put a sample down anew, in place of what was there."""
    remove(path)
    for name, data in content.items():
        file = path / name if name else path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)


def remove(path: Path) -> None:
    """Take a sample away."""
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def is_text(data: bytes) -> bool:
    """Whether a cut may leave a shorter table that nothing tells from a whole one."""
    return b"\0" not in data
