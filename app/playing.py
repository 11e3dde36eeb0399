"""Turns runs over time to a redshift, plays them, and has the snapshots that come next painted before they are due."""

from __future__ import annotations

import time
from collections.abc import Callable
from math import ceil, floor

from PyQt6.QtCore import QObject, QTimer

from app.blending import in_words
from app.comparing import Comparing
from app.editing import Editing
from backends.data.between import AT, glides, is_blended, looked_at, moment, place_of, redshift_at, sides
from backends.data.epochs import redshifts, shown_redshift
from backends.data.store import Store
from backends.data.study import Study
from widgets.time_bar import TimeBar

TICK = 20
"""Milliseconds between two looks at the clock while it plays."""
AHEAD = 3
"""Snapshots at most that are painted before they are due."""
SHARE = 0.5
"""Of the store, what snapshots that are not in sight may fill."""


class Glide:
    """Says where time is between snapshots while it plays: a place among them, as :func:`place_of` counts.

    From the last snapshot, which is seen for as long as the way to another takes, it goes back to the first.
    """

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second, self._clock = per_second, clock
        self._last, self._place = clock(), 0.0

    def next(self, place: float, last: int) -> float:
        """Return where to go on to from a place; being late by more than half a snapshot is not made up for."""
        now = self._clock()
        step = min((now - self._last) * self.per_second, 0.5)
        resting = place >= last and self._place >= last
        there = (self._place if resting else place) + step
        self._last, self._place = now, there
        if there >= last + 1:
            self._place = 0.0
        return min(self._place, float(last))


class Pace:
    """Says when the next snapshot is due: at its time, or as soon after it as there is something to show."""

    def __init__(self, per_second: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.per_second, self._clock = per_second, clock
        self._last = clock()

    def is_due(self, ready: bool) -> bool:
        """Whether to turn now; being late is not made up for, or a slow disk would be followed by a rush."""
        now = self._clock()
        if not ready or now - self._last < 1 / self.per_second:
            return False
        on_time = self._last + 1 / self.per_second
        self._last = on_time if now - on_time < 1 / self.per_second else now
        return True


def following(study: Study) -> tuple[float, ...]:
    """Return the redshifts after the one in sight, in the order in which they are played; after the last the first."""
    shown, every = shown_redshift(study), redshifts(study)
    if shown is None or len(every) < 2:
        return ()
    at = min(range(len(every)), key=lambda i: abs(every[i] - shown))
    return every[at + 1 :] + every[:at]


def room_ahead(study: Study, store: Store, comparing: Comparing) -> int:
    """Return how many snapshots ahead fit into memory beside what is in sight."""
    seen = [store.get(comparing.density_key(run)) for run in study.runs if run.visible]
    bytes_each = sum(field.values.nbytes for field in seen if field is not None) + comparing.swarms.nbytes(study)
    return AHEAD if not bytes_each else min(AHEAD, int(SHARE * store.capacity / bytes_each))


class Playing(QObject):
    """Keeps the time bar true to the study, and answers it."""

    def __init__(self, bar: TimeBar, editing: Editing, comparing: Comparing) -> None:
        super().__init__(bar)
        self._bar, self._editing, self._comparing = bar, editing, comparing
        self._pace, self._glide = Pace(2.0), Glide(2.0)
        self._tried: set[float | None] = set()
        self._timer = QTimer(self)
        self._timer.setInterval(TICK)
        self._timer.timeout.connect(self._tick)
        editing.document.changed.connect(self._study_changed)
        comparing.density_ready.connect(self._arrived)
        comparing.painted_ahead.connect(self._arrived)
        bar.redshift_requested.connect(editing.turn_to_redshift)
        bar.blending_requested.connect(editing.blend_snapshots)
        bar.play_requested.connect(self.play)
        bar.speed_requested.connect(self._set_speed)
        self._show()

    @property
    def is_playing(self) -> bool:
        return self._timer.isActive()

    def play(self, on: bool) -> None:
        """Begin to play, or stop; alone there is nothing to be played."""
        on = on and bool(following(self._editing.study))
        if on == self.is_playing:
            self._bar.set_playing(on)
            return
        self._comparing.be_quiet(on)
        self._bar.set_playing(on)
        if on:
            self._pace, self._glide = Pace(self._pace.per_second), Glide(self._pace.per_second)
            self._timer.start()
            self._paint_ahead()
        else:
            self._timer.stop()

    def step(self, forward: bool) -> None:
        """Turn to the next snapshot, or to the one before."""
        every, now = redshifts(self._editing.study), moment(self._editing.study)
        if now is not None and len(every) > 1:
            place = place_of(every, now)
            there = floor(place + AT) + 1 if forward else ceil(place - AT) - 1
            self._editing.turn_to_redshift(every[there % len(every)])

    def _set_speed(self, per_second: float) -> None:
        self._pace.per_second = self._glide.per_second = per_second

    def _tick(self) -> None:
        study = self._editing.study
        others = following(study)
        if not others:
            self.play(False)
            return
        if glides(study):
            every, now = redshifts(study), moment(study)
            assert now is not None
            place = self._glide.next(place_of(every, now), len(every) - 1)
            wanted = redshift_at(every, place)
            if wanted != now and self._can_be_shown(looked_at(study, wanted)):
                self._editing.turn_to_redshift(wanted)
        elif self._pace.is_due(self._can_be_shown(looked_at(study, others[0]))):
            self._editing.turn_to_redshift(others[0])

    def _can_be_shown(self, study: Study) -> bool:
        """Whether all is in memory, or will not come to be: what does not fit beside the rest is painted in sight."""
        if self._is_there(study):
            return True
        if self._comparing.tasks.idle:
            self._paint_ahead()  # something else may have taken its room meanwhile
        return self._comparing.tasks.idle

    def _is_there(self, study: Study) -> bool:
        """Whether all that a study shows is in memory, of a time between snapshots both; else particles are read."""
        swarms = self._comparing.swarms
        if not swarms.is_there(study):
            swarms.prepare(study)
            return False
        return all(map(self._comparing.is_painted, sides(study)))

    def _study_changed(self, old: Study, new: Study) -> None:
        if old.runs != new.runs or old.parameters != new.parameters:
            self._tried.clear()
        before, now = old.view, new.view
        times = (before.between, before.moment, before.own) != (now.between, now.moment, now.own)
        if old.runs != new.runs or times or old.selected != new.selected:
            self._show()
        if is_blended(new):
            self._arrived()

    def _show(self) -> None:
        study = self._editing.study
        self._bar.show_time(redshifts(study), moment(study), is_blended(study), in_words(study))
        if self.is_playing and not following(study):
            self.play(False)

    def _arrived(self) -> None:
        """Once all in sight is painted, go on with what comes next."""
        if self._comparing.is_painted(self._editing.study):
            self._paint_ahead()

    def _paint_ahead(self) -> None:
        study = self._editing.study
        room = room_ahead(study, self._comparing.samples.store, self._comparing)
        if self.is_playing:
            room = max(room, 1)
        # Of a time between two snapshots both are in sight, before any that may come.
        wanted = [(shown_redshift(side), side) for side in sides(study)]
        wanted += [(redshift, looked_at(study, redshift)) for redshift in following(study)[:room]]
        for redshift, later in wanted:
            # Each is tried once: where memory is short, two would drive each other out for ever.
            if redshift not in self._tried and not self._comparing.is_painted(later):
                self._tried.add(redshift)
                self._comparing.paint_ahead(later)
                return
        if room and self.is_playing:
            self._comparing.swarms.prepare(self._next_to_move(study))

    def _next_to_move(self, study: Study) -> Study:
        """Return the study whose particles are due next: at the next snapshot, or on the way from there."""
        every, now = redshifts(study), moment(study)
        if now is None or not glides(study):
            return looked_at(study, following(study)[0])
        number = floor(place_of(every, now)) + 1
        return looked_at(study, redshift_at(every, number + 0.5 if number < len(every) - 1 else 0.5))
