"""The commands that look at runs over time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.actions import Actions
from backends.data.between import is_blended
from widgets.theme import theme

if TYPE_CHECKING:
    from app.application import Application

MENU = "View/Snapshots over time"
NOTHING = (
    "No two runs are snapshots of one simulation",
    "They need the same format, box and species, labels that differ in a number only, and different redshifts",
)


def add_time(app: Application, actions: Actions) -> None:
    """Add what gathers snapshots and plays them."""
    add = actions.add

    def gather() -> None:
        if not app.editing.gather():
            app.window.messages.show_message("info", NOTHING[0], remedy=NOTHING[1])

    def spread() -> None:
        app.editing.spread(theme("dark").runs)

    add("time.gather", "Gather snapshots over time", MENU, gather,
        tip="Make one run of the snapshots of a simulation, with a slider and a player over redshift")  # fmt: skip
    add("time.spread", "Spread snapshots side by side", MENU, spread,
        tip="Make runs of their own of the snapshots that are gathered over time")  # fmt: skip
    add("time.play", "Play or stop", MENU, lambda: app.playing.play(not app.playing.is_playing),
        shortcut="Ctrl+Space", tip="Play the snapshots that are gathered over time")  # fmt: skip
    add("time.blend", "Blend between snapshots, or show the nearest", MENU,
        lambda: app.editing.blend_snapshots(not is_blended(app.document.study)), shortcut="Ctrl+Alt+T",
        tip="Mix what lies between two snapshots of both, linear in scale factor, or show the nearest one")  # fmt: skip
    add("time.next", "Later snapshot", MENU, lambda: app.playing.step(True),
        shortcut="Alt+Right", tip="Turn to the next snapshot in time")  # fmt: skip
    add("time.previous", "Earlier snapshot", MENU, lambda: app.playing.step(False),
        shortcut="Alt+Left", tip="Turn to the snapshot before")  # fmt: skip
