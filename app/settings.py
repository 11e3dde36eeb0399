"""What is remembered between starts: theme, docks, recent files. A temporary profile forgets all."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path

from PyQt6.QtCore import QByteArray, QSettings, QStandardPaths

RECENT = 12


class Settings:
    """The user's settings in one folder, which also holds the autosaved sessions."""

    def __init__(self, temporary: bool = False) -> None:
        self._temporary = tempfile.TemporaryDirectory(prefix="halograph-") if temporary else None
        if self._temporary is not None:
            self.folder = Path(self._temporary.name)
        else:
            location = QStandardPaths.writableLocation(QStandardPaths.StandardLocation.GenericConfigLocation)
            self.folder = Path(location) / "halograph"
        self.folder.mkdir(parents=True, exist_ok=True)
        self._store = QSettings(str(self.folder / "settings.ini"), QSettings.Format.IniFormat)

    @property
    def theme(self) -> str:
        """The name of the theme: "dark" or "light"."""
        name = str(self._store.value("theme", "dark"))
        return name if name in ("dark", "light") else "dark"

    @theme.setter
    def theme(self, name: str) -> None:
        self._store.setValue("theme", name)

    @property
    def recent(self) -> tuple[Path, ...]:
        """Recently opened paths, newest first; those that are gone are left out."""
        try:
            names = json.loads(str(self._store.value("recent", "[]")))
            paths = tuple(Path(name) for name in names)
        except (ValueError, TypeError):
            return ()
        return tuple(path for path in paths if os.path.exists(path))  # what may not be looked at is gone, too

    def opened(self, paths: tuple[Path, ...]) -> None:
        """Remember that these were opened."""
        new = [str(path.resolve()) for path in paths]
        others = [str(path) for path in self.recent if str(path) not in new]
        self._store.setValue("recent", json.dumps([*new, *others][:RECENT]))

    @property
    def closed(self) -> frozenset[str]:
        """Names of the panels that are closed."""
        return frozenset(filter(None, str(self._store.value("closed", "")).split(" ")))

    @closed.setter
    def closed(self, names: frozenset[str]) -> None:
        self._store.setValue("closed", " ".join(sorted(names)))

    def layout(self, name: str) -> QByteArray | None:
        """The remembered geometry or dock state of that name."""
        value = self._store.value(f"layout/{name}")
        return value if isinstance(value, QByteArray) else None

    def remember_layout(self, name: str, state: QByteArray) -> None:
        """Remember a geometry or dock state."""
        self._store.setValue(f"layout/{name}", state)

    def close(self) -> None:
        """Write what is not yet written; a temporary profile is deleted."""
        self._store.sync()
        if self._temporary is not None:
            self._temporary.cleanup()
