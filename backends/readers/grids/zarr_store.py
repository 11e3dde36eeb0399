"""The nodes of a Zarr store, in a folder or in an archive: metadata and bytes by key, none of it trusted."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from backends.errors import UnreadableFile
from backends.readers.files.limits import human

ROOTS = ("zarr.json", ".zgroup", ".zarray")
LARGEST_METADATA = 1 << 22
DEEPEST = 4
MOST_NODES = 2000


class Store:
    """A folder whose files are the keys; links are not followed."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def read(self, key: str, most: int) -> bytes | None:
        """Return what is stored under a key, None where nothing is; refuse more than so many bytes."""
        file = self.path
        for step in key.split("/"):
            file = file / step
            if file.is_symlink():
                raise UnreadableFile(self.path, f"reaches {key!r} through a link, and links are not followed")
        if not file.is_file():
            return None
        if file.stat().st_size > most:
            raise UnreadableFile(self.path, f"holds {human(file.stat().st_size)} at {key!r}, where {human(most)} fit")
        return file.read_bytes()

    def has(self, key: str) -> bool:
        """Whether anything is stored under a key."""
        return (self.path / key).is_file()

    def folders(self, prefix: str) -> list[str]:
        """Names of the nodes that can lie below one, in order."""
        folder = self.path / prefix
        return sorted(entry.name for entry in folder.iterdir() if entry.is_dir() and not entry.is_symlink())

    def holds_any(self, prefix: str) -> bool:
        """Whether anything but metadata is stored below a node."""
        folder = self.path / prefix
        return any(not entry.name.startswith((".z", "zarr.json")) for entry in folder.iterdir())

    def close(self) -> None:
        """Nothing is held open."""


class ZipStore(Store):
    """The same in a zip archive, at its root or in its only folder."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._archive = zipfile.ZipFile(path)
        self._names = set(self._archive.namelist())
        tops = {name.split("/", 1)[0] for name in self._names}
        inside = len(tops) == 1 and not self._names & set(ROOTS)
        self._prefix = f"{tops.pop()}/" if inside else ""

    @property
    def begins(self) -> bool:
        """Whether there is metadata of a root."""
        return any(self._prefix + name in self._names for name in ROOTS)

    def read(self, key: str, most: int) -> bytes | None:
        name = self._prefix + key
        if name not in self._names:
            return None
        with self._archive.open(name) as file:
            data = file.read(most + 1)
        if len(data) > most:
            raise UnreadableFile(self.path, f"holds more than {human(most)} at {key!r}, which is all that fits")
        return data

    def has(self, key: str) -> bool:
        return self._prefix + key in self._names

    def folders(self, prefix: str) -> list[str]:
        start = self._prefix + (f"{prefix}/" if prefix else "")
        below = (name[len(start) :] for name in self._names if name.startswith(start))
        return sorted({name.split("/", 1)[0] for name in below if "/" in name})

    def holds_any(self, prefix: str) -> bool:
        start = self._prefix + (f"{prefix}/" if prefix else "")
        here = (name[len(start) :] for name in self._names if name.startswith(start))
        return any(name and not name.startswith((".z", "zarr.json")) for name in here)

    def close(self) -> None:
        self._archive.close()


def store_at(path: Path) -> Store:
    """Open the store at a path."""
    return Store(path) if path.is_dir() else ZipStore(path)


def is_store(path: Path) -> bool:
    """Whether a folder or an archive begins like a Zarr store."""
    try:
        if path.is_dir():
            return any((path / name).is_file() for name in ROOTS)
        with path.open("rb") as file:
            if file.read(4) != b"PK\x03\x04":
                return False
        store = ZipStore(path)
    except (OSError, ValueError, zipfile.BadZipFile, NotImplementedError):
        return False
    try:
        return store.begins
    finally:
        store.close()


def nodes(store: Store) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Name, metadata and attributes of every node; the root's name is "". Groups have no "shape"."""
    waiting, seen = [("", 0)], 0
    while waiting:
        name, depth = waiting.pop(0)
        seen += 1
        if seen > MOST_NODES:
            return
        found = _node(store, f"{name}/" if name else "")
        if found is None:
            continue
        metadata, attributes = found
        yield name, metadata, attributes
        if "shape" not in metadata and depth < DEEPEST:
            waiting += [(f"{name}/{inner}".lstrip("/"), depth + 1) for inner in store.folders(name)]


def _node(store: Store, prefix: str) -> tuple[dict[str, Any], dict[str, Any]] | None:
    modern = _json(store, f"{prefix}zarr.json")
    if modern is not None:
        attributes = modern.get("attributes", {})
        return modern, attributes if isinstance(attributes, dict) else {}
    metadata = _json(store, f"{prefix}.zarray") or _json(store, f"{prefix}.zgroup")
    return None if metadata is None else (metadata, _json(store, f"{prefix}.zattrs") or {})


def _json(store: Store, key: str) -> dict[str, Any] | None:
    data = store.read(key, LARGEST_METADATA)
    if data is None:
        return None
    found = json.loads(data)
    if not isinstance(found, dict):
        raise UnreadableFile(store.path, f"is damaged: {key} is no object of JSON", "Write it again")
    return found
