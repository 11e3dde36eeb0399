"""Pictures and movies of the views, drawn by a process of its own while the window goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from app.film_time import through_time
from app.navigating import camera_of
from app.worker import Worker
from backends.data.epochs import redshifts
from backends.data.saved_view import SavedView
from backends.progress import Progress, part
from widgets.volume.camera import Orbit
from widgets.volume.camera_path import Kept, Stand, Tour, Turn

if TYPE_CHECKING:
    from app.application import Application
    from widgets.export_dialog import ExportChoice
    from widgets.views.shot import Moment, Shot

PATHS = {"turn": "Once around the box", "views": "Through the saved views", "time": "Through the snapshots"}
CHUNK = 12
"""Frames that are asked for at once: between two requests a cancel is heard, too."""
Write = Callable[[Progress], None]


class Filming:
    """Has what the views show drawn elsewhere, at any size and along any path."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._worker = Worker("draws pictures")

    def paths(self) -> tuple[tuple[str, str], ...]:
        """Return (name, title) of the paths that this study has."""
        study = self._app.document.study
        there = {"turn": True, "views": len(study.saved_views) > 1, "time": len(redshifts(study)) > 1}
        return tuple((name, title) for name, title in PATHS.items() if there[name])

    def still(self, choice: ExportChoice, path: Path) -> Write:
        """Return what saves the views as a PNG."""
        shot, size = self._app.window.grid.shot(), self._size(choice)

        def write(progress: Progress) -> None:
            from app.exporting.studio import still

            self._worker.call(still, shot, path, size, choice.transparent, progress=progress)

        return write

    def movie(self, choice: ExportChoice, path: Path) -> Write:
        """Return what films the views; it belongs in a task, and leaves no file where it is cancelled."""
        shot, size, count = self._app.window.grid.shot(), self._size(choice), choice.seconds * choice.per_second
        orbit = next((camera[0] for camera in shot.cameras.values()), Orbit())
        ways: dict[str, Callable[[float], Orbit]] = {"turn": Turn(orbit).at, "time": Stand(orbit).at}
        study = self._app.document.study
        tour = None if choice.path in ways else _tour(study.saved_views)
        along = ways[choice.path] if tour is None else tour.at

        def write(progress: Progress) -> None:
            from app.exporting import studio
            from widgets.views.shot import Moment

            shares = _shares(count, closed=choice.path == "turn")
            stages: Iterable[tuple[Shot, Sequence[Moment | None]]] = [(shot, [None] * count)]
            if tour is not None:
                sheet = shot.sheet
                stages = [(shot, [Moment(sheet.cells, sheet.redshifts, tour.kept_at(share)) for share in shares])]
            if choice.path == "time":
                stages = through_time(self._app, shot, study, shares, progress)
            try:
                self._worker.call(studio.begin, path, choice.per_second, progress=progress)
                done = 0
                for seen, moments in stages:
                    self._worker.call(studio.stage, seen, progress=part(progress, shares[done], shares[done]))
                    for first in range(0, len(moments), CHUNK):
                        chunk = moments[first : first + CHUNK]
                        some = shares[done : done + len(chunk)]
                        frames = list(zip([seen.cameras.along(along, share) for share in some], chunk, strict=True))
                        step = part(progress, 0.98 * some[0], 0.98 * some[-1])
                        self._worker.call(studio.shoot, size, frames, progress=step)
                        done += len(chunk)
                self._worker.call(studio.end, progress=progress)
            except BaseException:
                self._worker.call(studio.abandon, progress=lambda *_: None)
                raise

        return write

    def close(self) -> None:
        """End the process."""
        self._worker.close()

    def _size(self, choice: ExportChoice) -> tuple[int, int]:
        grid = self._app.window.grid
        return choice.width or 2 * grid.width(), choice.height or 2 * grid.height()


def _tour(saved: Sequence[SavedView]) -> Tour:
    """Return the path through saved views: where each is looked at from, and which part of the box it shows."""
    return Tour([camera_of(one)[0] for one in saved], [Kept(one.origin, one.clip) for one in saved])


def _shares(count: int, closed: bool) -> list[float]:
    """Return how much of the path lies behind at each frame; a closed one ends just before where it began."""
    return [frame / (count if closed else max(count - 1, 1)) for frame in range(count)]
