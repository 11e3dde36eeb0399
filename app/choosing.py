"""What the panels show as chosen, at once: each asks for all that it shows, with the one thing changed."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import replace

from app.main_window import MainWindow
from app.viewing import seen
from backends.data.run import Run
from backends.data.study import Study


def show_choices(window: MainWindow, study: Study, maps: AbstractSet[str], first: Run | None) -> None:
    """Show the study's choices in the panels, whose next request holds them.

    Two requests may come in one turn of the event loop: the second must not take the first one back.

    Parameters
    ----------
    maps : keys of the runs that are flat maps
    first : the run whose box lengths are of, or None
    """
    own = seen(study, maps).seen_in(study.selected)  # of the selected run, which may keep its own
    box_size = first.facts.box_size if first is not None else None
    window.volume.show_view(replace(own, mode="slice") if window.grid.failure else own, box_size)
    window.statistic_parameters.show_parameters(study.parameters)
    window.editor.allow_opacity(own.mode == "dvr")
    window.editor.set_transfer(own.transfer)
