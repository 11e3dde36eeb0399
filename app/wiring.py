"""Who hears whom: every signal of the widgets, connected in one place."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from app import correcting
from app.data_export import ask_for_data
from app.halo_choice import ask_for_halos
from app.linking import show_links
from app.main_window import LAYOUT_VERSION
from app.worst_places import show_worst
from backends.data.view import TransferFunction
from widgets.volume import cutting

if TYPE_CHECKING:
    from app.application import Application


def connect(app: Application) -> None:
    """Connect the widgets' signals to what answers them."""
    _connect_opening(app)
    _connect_library(app)
    _connect_views(app)
    _connect_statistics(app)
    window = app.window
    window.status.cancel_requested.connect(app.tasks.cancel_named)
    window.header.page_requested.connect(lambda page: app.document.look(page=page))
    window.header.palette_requested.connect(app.actions["help.palette"].trigger)
    window.header.export_requested.connect(app.exports.ask)
    window.explain.explain_requested.connect(app.explaining.explain)
    window.explain.method_requested.connect(app.explaining.choose_method)
    window.explain.target_requested.connect(app.explaining.choose_target)
    window.explain.cancel_requested.connect(app.explaining.cancel)
    app.tasks.failed.connect(lambda title, error: app.say_failure(_titled(title, str(error))))
    app.document.changed.connect(app.show_title)
    app.document.undo_stack.cleanChanged.connect(app.show_title)
    window.closing.connect(lambda: _remember(app))


def _connect_opening(app: Application) -> None:
    window = app.window
    window.drop.dropped.connect(lambda paths: app.open_paths(tuple(paths)))
    window.library.open_requested.connect(app.ask_for_files)
    window.invitation.open_requested.connect(app.ask_for_files)
    window.empty.open_requested.connect(app.ask_for_files)
    window.empty.demo_requested.connect(app.open_demo)
    window.empty.recent_requested.connect(lambda path: app.open_paths((path,)))


def _connect_library(app: Application) -> None:
    library, editing = app.window.library, app.editing
    library.run_selected.connect(lambda key: app.document.look(selected=key))
    library.run_hovered.connect(lambda key: highlight(app, key))
    library.rename_requested.connect(editing.rename)
    library.colour_requested.connect(editing.recolour)
    library.reference_requested.connect(editing.make_reference)
    library.role_requested.connect(editing.set_role)
    library.visibility_requested.connect(editing.show)
    library.remove_requested.connect(editing.remove)
    library.order_requested.connect(editing.reorder)
    library.correction_requested.connect(lambda key: correcting.ask(app, key))
    library.relink_requested.connect(app.relinking.ask)
    library.export_requested.connect(lambda key: ask_for_data(app, key))
    library.halos_requested.connect(lambda key: ask_for_halos(app, key))
    library.units_requested.connect(app.tell_units)
    app.window.facts.correction_requested.connect(lambda: correcting.ask(app, app.document.study.selected))


def _connect_views(app: Application) -> None:
    window, editing = app.window, app.editing
    window.volume.view_requested.connect(lambda view, merge: editing.view_of(app.document.study.selected, view, merge))
    drags = itertools.count()
    window.editor.transfer_changed.connect(lambda transfer, finished: _transfer(app, transfer, finished, drags))
    window.grid.crosshair_requested.connect(editing.move_crosshair)
    window.grid.cut_advanced.connect(
        lambda notches: editing.view(cutting.advanced(app.document.study.view, notches), "cut")
    )
    window.volume.controls.facing_requested.connect(lambda: face_the_view(app))
    window.grid.pointing.links_requested.connect(lambda key, where: show_links(app, key, where))
    window.grid.wipe_requested.connect(editing.move_divider)
    window.grid.run_selected.connect(lambda key: app.document.look(selected=key))
    window.grid.run_hovered.connect(lambda key: highlight(app, key))
    window.grid.halo_selected.connect(editing.select_halo)
    window.grid.cell_activated.connect(partial(_enlarge, app, Pages()))


def _connect_statistics(app: Application) -> None:
    window, editing = app.window, app.editing
    window.statistic_parameters.parameters_requested.connect(editing.parameters)
    window.species.species_requested.connect(editing.show_species)
    window.plots.run_selected.connect(lambda key: app.document.look(selected=key))
    window.plots.run_hovered.connect(lambda key: highlight(app, key))
    window.plots.export_requested.connect(app.exports.ask_for_figure)
    window.plots.copy_figure_requested.connect(app.exports.copy_figure)
    window.plots.copy_numbers_requested.connect(app.exports.copy_numbers)
    window.plots.remove_requested.connect(lambda name: editing.show_statistic(name, False))
    window.plots.order_changed.connect(editing.order_statistics)
    window.plots.cell_chosen.connect(lambda *cell: show_worst(app, *cell))
    window.probe.run_selected.connect(lambda key: app.document.look(selected=key))
    window.probe.run_hovered.connect(lambda key: highlight(app, key))
    window.ranking.run_selected.connect(lambda key: app.document.look(selected=key))
    window.ranking.run_hovered.connect(lambda key: highlight(app, key))


@dataclass
class Pages:
    """Where all views were when one was made large."""

    before: str = "compare"


def _enlarge(app: Application, pages: Pages, key: str) -> None:
    """Show a run large, or where one is large already, all views again."""
    page = app.document.study.view.page
    if page == "view":
        app.document.look(page=pages.before)
    else:
        pages.before = page
        app.document.look(selected=key.split(":")[0], page="view")


def face_the_view(app: Application) -> None:
    """Turn the cutting plane so that its normal points to the viewer, and show it."""
    view = app.document.study.view
    orbit = app.window.grid.camera()["orbit"]
    turned = replace(view.plane, azimuth=round(orbit["azimuth"], 1), elevation=round(orbit["elevation"], 1))
    app.editing.view(replace(view, mode="plane", plane=turned))


def highlight(app: Application, key: str) -> None:
    """Light a run up everywhere, or with "" nothing."""
    window = app.window
    window.library.highlight(key)
    window.grid.highlight(key)
    window.plots.highlight(key)
    window.ranking.highlight(key)
    window.probe.highlight(key)


def _transfer(app: Application, transfer: TransferFunction, finished: bool, drags: Iterator[int]) -> None:
    """All of one drag is one step of undo; the next drag is another."""
    merge = app.window.editor.property("drag") or f"transfer {next(drags)}"
    run, view = app.document.study.selected, app.document.study.view
    app.editing.view_of(run, replace(view.seen_in(run), transfer=transfer), str(merge))
    app.window.editor.setProperty("drag", None if finished else merge)


def _remember(app: Application) -> None:
    app.settings.remember_layout("geometry", app.window.saveGeometry())
    app.settings.remember_layout("docks", app.window.saveState(LAYOUT_VERSION))


def _titled(title: str, said: str) -> str:
    """Say what failed, where that is not said yet."""
    return said if said.startswith(title) else f"{title}: {said}"
