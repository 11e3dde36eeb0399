"""Pictures and movies of the views, drawn by a process of its own while the window goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from app.navigating import camera_of
from app.worker import Worker
from backends.data.epochs import redshifts, study_at
from backends.data.run import Run
from backends.data.study import Study
from backends.errors import NotApplicable
from backends.progress import Progress, part
from widgets.volume.camera import Orbit
from widgets.volume.camera_path import Stand, Tour, Turn

if TYPE_CHECKING:
    from app.application import Application
    from widgets.export_dialog import ExportChoice
    from widgets.views.shot import Shot

PATHS = {"turn": "Once around the box", "views": "Through the saved views", "time": "Through the snapshots"}
CHUNK = 12
"""Frames that are asked for at once: between two requests a cancel is heard, too."""
Write = Callable[[Progress], None]
Scenes = Iterator[tuple["Shot", list[float]]]


class Filming:
    """Has what the views show drawn elsewhere, at any size and along any path."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._worker = Worker()

    def paths(self) -> tuple[tuple[str, str], ...]:
        """Return (name, title) of the paths that this study has."""
        study = self._app.document.study
        there = {"turn": True, "views": len(self._places()) > 1, "time": len(redshifts(study)) > 1}
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
        if choice.path == "time" and shot.sheet.view.mode == "particles":
            raise NotApplicable("particles cannot be filmed through time yet; choose another way of drawing them")
        orbit = next((camera[0] for camera in shot.cameras.values()), Orbit())
        ways: dict[str, Callable[[float], Orbit]] = {"turn": Turn(orbit).at, "time": Stand(orbit).at}
        along = ways[choice.path] if choice.path in ways else Tour(self._places()).at
        study = self._app.document.study

        def write(progress: Progress) -> None:
            from app.exporting import studio

            shares = _shares(count, closed=choice.path == "turn")
            scenes = self._through_time(shot, study, shares, progress) if choice.path == "time" else [(shot, shares)]
            try:
                self._worker.call(studio.begin, path, choice.per_second, progress=progress)
                for seen, its_shares in scenes:
                    self._worker.call(studio.stage, seen, progress=progress)
                    for first in range(0, len(its_shares), CHUNK):
                        chunk = its_shares[first : first + CHUNK]
                        cameras = [seen.cameras.along(along, share) for share in chunk]
                        step = part(progress, 0.98 * chunk[0], 0.98 * chunk[-1])
                        self._worker.call(studio.shoot, size, cameras, progress=step)
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

    def _places(self) -> tuple[Orbit, ...]:
        return tuple(camera_of(saved)[0] for saved in self._app.document.study.saved_views)

    def _through_time(self, shot: Shot, study: Study, shares: list[float], progress: Progress) -> Scenes:
        """Yield each snapshot's shot for its share of the frames; it is painted where it is not in memory."""
        every = redshifts(study)
        comparing = self._app.comparing
        for number, redshift in enumerate(every):
            then = study_at(study, redshift)
            fields, details = dict(shot.fields), {}
            for cell in shot.sheet.cells:
                run = then.run(cell.run)
                painted = comparing.paint_now(run, then, progress)
                if cell.field in fields:
                    fields[cell.field] = painted
                if cell.reference_field in fields and then.reference is not None:
                    fields[cell.reference_field] = comparing.paint_now(then.reference, then, progress)
                details[cell.key] = _at(run)
            cells = tuple(replace(cell, detail=details[cell.key], halos=None) for cell in shot.sheet.cells)
            first, last = (round(len(shares) * edge / len(every)) for edge in (number, number + 1))
            if last > first:
                yield replace(shot, sheet=replace(shot.sheet, cells=cells), fields=fields), shares[first:last]


def _at(run: Run) -> str:
    redshift = run.facts.redshift
    return "" if redshift is None else f"z = {redshift:.2f}"


def _shares(count: int, closed: bool) -> list[float]:
    """Return how much of the path lies behind at each frame; a closed one ends just before where it began."""
    return [frame / (count if closed else max(count - 1, 1)) for frame in range(count)]
