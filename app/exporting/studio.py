"""Draws pictures and movies of the views in a process of its own, so that the window goes on.

Its functions are called there one after the other; the scene and the film between two calls are the process's own.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from backends.errors import MachineError, WrongCall
from backends.progress import Progress, silent
from backends.writers.whole import whole

if TYPE_CHECKING:
    from app.exporting.film import Film
    from widgets.views.shot import Cameras, Moment, Shot


@dataclass
class _Studio:
    application: Any = None  # Qt's, which must live as long as anything is painted
    scene: Any = None
    shot: Shot | None = None
    film: Film | None = None


_studio = _Studio()


def still(
    shot: Shot, path: Path, size: tuple[int, int], transparent: bool = False, *, progress: Progress = silent
) -> None:
    """Save the views as a PNG of this size, with nothing behind them where that is wished.

    Raises
    ------
    MachineError
        Where there is no OpenGL without a display, or the file cannot be written.
    """
    from PIL import Image

    from widgets.views.shot import taken

    _stage(shot, transparent)
    pixels = taken(_studio.scene, shot, size, transparent=transparent, told=_told(progress, 0.9))
    with whole(path) as draft:
        Image.fromarray(pixels if transparent else pixels[..., :3]).save(draft, format="PNG")


def begin(path: Path, per_second: int, *, progress: Progress = silent) -> None:
    """Begin a movie; the one before, if it did not end, is gone."""
    from app.exporting.film import Film

    abandon()
    _studio.film = Film(path, per_second).__enter__()


def stage(shot: Shot, *, progress: Progress = silent) -> None:
    """Have a scene that shows this; the next frames are of it."""
    _stage(shot)


def shoot(
    size: tuple[int, int], frames: Sequence[tuple[Cameras, Moment | None]], *, progress: Progress = silent
) -> None:
    """Append frames of what is staged: each from where, and what is seen then where that is not the same all along."""
    from widgets.views.shot import taken
    from widgets.volume import averaging

    if _studio.film is None or _studio.shot is None:
        raise WrongCall("no movie has begun")
    turns = averaging.FILMED_SURFACES if _studio.shot.sheet.view.mode == "iso" else averaging.FILMED
    for number, (cameras, moment) in enumerate(frames):
        progress(number / len(frames), f"Frame {_studio.film.count + 1}")
        _studio.film.add(taken(_studio.scene, _studio.shot.at(moment), size, cameras, turns=turns))


def end(*, progress: Progress = silent) -> None:
    """Write the movie's end; now it has its name."""
    film, _studio.film = _studio.film, None
    if film is not None:
        film.end()


def abandon(*, progress: Progress = silent) -> None:
    """Leave no trace of a movie that has not ended."""
    film, _studio.film = _studio.film, None
    if film is not None:
        film.abandon(MachineError("the movie was given up"))


def _stage(shot: Shot, transparent: bool = False) -> None:
    """Have a scene without a display that shows this, and Qt's fonts."""
    if _studio.scene is None:
        from app.exporting.captions import qt_without_display
        from widgets.volume.offscreen import scene_without_display

        _studio.application, _studio.scene = qt_without_display(), scene_without_display()
    from widgets.views.shot import staged

    staged(_studio.scene, shot, transparent)
    _studio.scene.finish()
    _studio.shot = shot


def _told(progress: Progress, most: float) -> Callable[[float], None]:
    return lambda share: progress(most * share, "Drawing")
