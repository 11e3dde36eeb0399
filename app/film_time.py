"""What a movie through time shows, stage by stage: at one snapshot, or between two that are blended."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from app.blending import unfollowed_words
from app.viewing import Available, cells, layer
from backends.data.between import around_in, is_blended, looked_at, redshift_at, scale_factor, sides
from backends.data.epochs import redshifts
from backends.data.run import Run
from backends.data.study import Study
from backends.progress import Progress, part
from widgets.views.cell import Cell
from widgets.views.shot import Moment, Shot
from widgets.volume.blend import Blend, parts
from widgets.volume.swarm import Pair, Swarm

if TYPE_CHECKING:
    from app.application import Application

Stage = tuple[Shot, list[Moment]]


def through_time(
    app: Application, shot: Shot, study: Study, shares: list[float], progress: Progress
) -> Iterator[Stage]:
    """Yield what is seen for a part of the movie, and each of its frames; what is not in memory is painted.

    Parameters
    ----------
    shot : what the views show now
    shares : how much of the movie lies behind at each frame
    """
    every, blended = redshifts(study), is_blended(study)
    # Where particles cannot be followed the nearest snapshot changes halfway.
    pieces = len(every) if not blended else (len(every) - 1) * (2 if study.view.mode == "particles" else 1)
    for number in range(pieces):
        mine = [share for share in shares if min(int(share * pieces), pieces - 1) == number]
        if not mine:
            continue
        place = (number + 0.5) / pieces * (len(every) - 1) if blended else float(number)
        then = looked_at(study, redshift_at(every, place))
        stage = _Stage(app, then, part(progress, mine[0], mine[0]))
        staged = replace(shot, fields=stage.fields, overlays={}, swarms=stage.swarms)
        frames = [stage.moment(redshift_at(every, share * (len(every) - 1)) if blended else None) for share in mine]
        first = replace(shot.sheet, cells=frames[0].cells, redshifts=frames[0].redshifts, drawn=stage.drawn)
        yield replace(staged, sheet=first), frames


class _Stage:
    """The arrays of a study at one snapshot, or of two between which it lies."""

    def __init__(self, app: Application, then: Study, progress: Progress) -> None:
        self._app, self._then = app, then
        self._names: dict[str, Hashable] = {}
        self._times: dict[str, str] = {}
        self.swarms: dict[Hashable, Swarm | Pair] = {}
        key, both = app.comparing.density_key, sides(then)
        painted: dict[Hashable, tuple[Run, Study]] = {}
        for run in then.runs:
            at = around_in(then, run)
            name: Hashable = key(run, then)
            if at is not None:
                name = Blend(key(at.before, both[0]), key(at.after, both[1]), at.share, at.redshifts)
                painted |= {name.before: (at.before, both[0]), name.after: (at.after, both[1])}
            painted[key(run, then)] = (run, then)
            self._names[run.key] = name
        if then.view.mode == "particles":
            self._take_swarms(progress)
        shown = [one for cell in self._cells(self._names) for one in (cell.field, cell.reference_field, cell.overlay)]
        needed = {one for name in shown for one in parts(name)}
        self.fields = {one: layer(app.comparing.paint_now(*painted[one], progress)) for one in needed}
        self.drawn = frozenset(cell.key for cell in self._cells(self._names))

    def _take_swarms(self, progress: Progress) -> None:
        """Read the particles; those that cannot be followed are the nearest snapshot's."""
        for cell in self._cells(self._names):
            run = self._then.run(cell.run)
            found, reason = self._app.comparing.swarms.read_now(self._then, run, progress)
            if not isinstance(found, Pair):
                self._names[run.key] = self._app.comparing.density_key(run, self._then)
            if reason:
                self._times[run.key] = unfollowed_words(reason)
            self.swarms[self._names[run.key]] = found

    def _cells(self, names: dict[str, Hashable]) -> tuple[Cell, ...]:
        comparing, maps = self._app.comparing, self._app.showing.maps
        available = Available(
            density=lambda run: names.get(run.key),
            colour=lambda run: run.colour,
            failures=comparing.failures,
            maps=maps,
            swarms=dict.fromkeys(names, ""),
            times=self._times,
        )
        return cells(self._then, available)

    def moment(self, redshift: float | None) -> Moment:
        """Return what is seen at a redshift within the stage, or at its snapshot."""
        names = {key: _moved(name, redshift) for key, name in self._names.items()}
        shown = self._cells(names)
        return Moment(shown, tuple(self._redshift(names[cell.run], cell.run) for cell in shown))

    def _redshift(self, name: Hashable, run: str) -> float | None:
        return name.redshift if isinstance(name, Blend) else self._then.run(run).facts.redshift


def _moved(name: Hashable, redshift: float | None) -> Hashable:
    """Return the blend at another time between the same two snapshots."""
    if not isinstance(name, Blend) or redshift is None:
        return name
    before, after = map(scale_factor, name.redshifts)
    share = (scale_factor(redshift) - before) / (after - before)
    return replace(name, share=min(max(share, 0.0), 1.0))
