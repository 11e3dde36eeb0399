"""Autosave: a process that is killed loses at most ten seconds.

Each running window writes its own file, named by its process. A file whose process is gone was left
by one that was killed; a clean end deletes its own.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer

from app import sessions
from backends.data.study import Study
from backends.errors import MachineError

INTERVAL = 5_000
"""Milliseconds: half of what may be lost, so that a slow write still keeps the promise."""


class Autosave(QObject):
    """Writes the study now and then, when it has changed."""

    def __init__(
        self,
        folder: Path,
        study: Callable[[], Study],
        camera: Callable[[], Mapping[str, Any]],
        failed: Callable[[str], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.folder = folder / "autosave"
        self._study, self._camera, self._failed = study, camera, failed
        self._written: Study | None = None
        self._inherited: list[Path] = []
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.save)
        self._timer.start()

    @property
    def path(self) -> Path:
        """This process's file."""
        return self.folder / f"{os.getpid()}.halograph"

    def save(self) -> None:
        """Write the study if it is not empty and has changed since the last time."""
        study = self._study()
        if study == self._written or study.is_empty:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            sessions.save(self.path, study, self._camera())
        except (MachineError, OSError) as refused:
            # Said once: a full disk must not raise a message every five seconds.
            self._timer.stop()
            self._failed(f"Autosave has stopped. {refused}")
            return
        self._written = study
        while self._inherited:
            self._inherited.pop().unlink(missing_ok=True)

    def inherit(self, left: Path) -> None:
        """Take over a study that was left behind; its file goes when it has been saved as our own."""
        self._inherited.append(left)

    def left_behind(self) -> tuple[Path, ...]:
        """Sessions of processes that ended without closing, newest first."""
        if not self.folder.is_dir():
            return ()
        left = [p for p in self.folder.glob("*.halograph") if p.stem.isdigit() and not _alive(int(p.stem))]
        return tuple(sorted(left, key=lambda p: p.stat().st_mtime, reverse=True))

    def discard(self, left: Sequence[Path]) -> None:
        """Delete what was left behind, and is not wanted."""
        for path in left:
            path.unlink(missing_ok=True)

    def close(self, *, keep: bool = False) -> None:
        """A clean end: nothing needs to be restored, not even what was restored; or ``keep`` it, as it is now."""
        self._timer.stop()
        if keep:
            self.save()
            return
        for path in (self.path, *self._inherited):
            path.unlink(missing_ok=True)


def _alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
