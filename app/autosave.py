"""Autosave: a process that is killed loses at most ten seconds, and a window that is closed nothing.

Each running window writes its own file, and holds a lock beside it that the system takes away when the process ends,
however it ends. A file that nobody holds was left behind. Numbers of processes come again, and say nothing.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from PyQt6.QtCore import QObject, QTimer

from app import sessions
from backends.data.study import Study
from backends.errors import MachineError

INTERVAL = 5_000
"""Milliseconds: half of what may be lost, so that a slow write still keeps the promise."""

MOST_KEPT = 10
"""Studies that are kept of windows that are gone; the oldest go first."""


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
        self._written: tuple[Study, Mapping[str, Any]] | None = None
        self._troubled = False
        self._inherited: list[Path] = []
        self._name, self._lock = _new_name(), -1
        self._timer = QTimer(self)
        self._timer.setInterval(INTERVAL)
        self._timer.timeout.connect(self.save)
        self._timer.start()

    @property
    def path(self) -> Path:
        """This window's file."""
        return self.folder / f"{self._name}.halograph"

    def save(self) -> None:
        """Write the study if it is not empty, and it or where it is looked at from has changed since the last time."""
        study, camera = self._study(), self._camera()
        if (study, camera) == self._written or study.is_empty:
            return
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._hold()
            sessions.save(self.path, study, camera)
        except (MachineError, OSError) as refused:
            if not self._troubled:  # a full disk must not raise a message every five seconds
                why = (refused.strerror or str(refused)) if isinstance(refused, OSError) else str(refused)
                said = f"Changes cannot be kept for a restart in {self.folder}: {why.rstrip('.')}"
                self._failed(f"{said}. Make room there, or save the session; it is tried again")
            self._troubled = True
            return
        self._written, self._troubled = (study, camera), False
        while self._inherited:
            _remove(self._inherited.pop())

    def set_aside(self) -> None:
        """Leave the study as it is now behind, to be restored later: another one takes its place."""
        self.save()
        self._release()
        self._name, self._written = _new_name(), None
        self.discard(self.left_behind()[MOST_KEPT:])

    def inherit(self, left: Path) -> None:
        """Take over a study that was left behind; its file goes when it has been saved as our own."""
        self._inherited.append(left)

    def left_behind(self) -> tuple[Path, ...]:
        """Sessions that no window holds any more, newest first."""
        if not self.folder.is_dir():
            return ()
        left = [p for p in self.folder.glob("*.halograph") if p != self.path and not _is_held(p)]
        return tuple(sorted(left, key=_written_at, reverse=True))

    def discard(self, left: Sequence[Path]) -> None:
        """Delete what was left behind, and is not wanted."""
        for path in left:
            _remove(path)

    def close(self, *, keep: bool = False) -> None:
        """A clean end: nothing needs to be restored, not even what was restored; or ``keep`` it, as it is now."""
        self._timer.stop()
        if keep:
            self.save()
        self._release()
        if keep:
            self.discard(self.left_behind()[MOST_KEPT - 1 :])
            return
        for path in (self.path, *self._inherited):
            _remove(path)

    def _hold(self) -> None:
        """Hold the lock beside our file; where the file system has none, the study is offered to others too."""
        if self._lock < 0:
            self._lock = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
            try:
                fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                self._release()

    def _release(self) -> None:
        if self._lock >= 0:
            os.close(self._lock)
            self._lock = -1


def _new_name() -> str:
    return f"{os.getpid()}-{secrets.token_hex(4)}"


def _written_at(path: Path) -> float:
    """Return when a file was written; one that another window has just deleted is the oldest."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _remove(path: Path) -> None:
    """Delete a study and the lock beside it."""
    path.unlink(missing_ok=True)
    path.with_suffix(".lock").unlink(missing_ok=True)


def _is_held(path: Path) -> bool:
    """Whether the window that wrote this file still runs."""
    try:
        lock = os.open(path.with_suffix(".lock"), os.O_RDWR)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    finally:
        os.close(lock)
    return False
