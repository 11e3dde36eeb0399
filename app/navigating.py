"""What a person does to look elsewhere: saved views, another part of the periodic box in the middle, a cropped box."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PyQt6.QtCore import QObject, QPoint
from PyQt6.QtWidgets import QInputDialog, QMenu

from app.linking import links_menu
from backends.data import periodic
from backends.data.place_words import coordinates
from backends.data.saved_view import SavedView
from backends.data.study import Study
from backends.data.view import ViewSettings
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat

if TYPE_CHECKING:
    from app.application import Application

WHOLE_TOOLS = {
    "crop": ("The crop is not seen in slices", "Choose another drawing, e.g. Column, and crop there"),
    "fly": ("Slices cannot be flown through", "Choose another drawing, e.g. Volume, and fly there"),
}
WHOLE, HOME = ViewSettings.clip, ViewSettings.origin


class Navigating(QObject):
    """Answers the views' wishes and the commands of the menu Go."""

    def __init__(self, app: Application) -> None:
        super().__init__(app)
        self._app, self._document = app, app.document
        self._pointing = app.window.grid.pointing
        self._pointing.crop_requested.connect(self.crop)
        self._pointing.menu_requested.connect(self.show_menu)
        app.document.changed.connect(self._changed)

    @property
    def _view(self) -> ViewSettings:
        return self._document.study.view

    # Cameras

    def home(self) -> None:
        """Show the whole box as it is stored: the camera at home, nothing wrapped."""
        self._pointing.moving.home()
        self.put_back()

    def centre(self) -> None:
        """Bring the crosshair to the middle of the views."""
        self._pointing.centre_on(self._view.crosshair)

    # Saved views

    def ask_to_save(self) -> None:
        """Ask for a name, and save where one is."""
        proposed = f"View {len(self._document.study.saved_views) + 1}"
        name, given = QInputDialog.getText(self._app.window, "Save this view", "Name of the view:", text=proposed)
        if given and name.strip():
            self.save(name.strip())

    def save(self, name: str) -> None:
        """Save where one is; a view of the same name is replaced."""
        found = self._pointing.current()
        orbit, flat = self._pointing.moving.destination("" if found is None else found[0].key)
        view = SavedView(
            name, orbit.azimuth, orbit.elevation, orbit.zoom, orbit.centre, orbit.field_of_view,
            flat.centre, flat.zoom, self._view.origin, self._view.clip,
        )  # fmt: skip
        study = self._document.study
        places = {one.name: one for one in study.saved_views} | {name: view}
        self._document.apply(replace(study, saved_views=tuple(places.values())), f"Save the view {name}")

    def remove(self, name: str) -> None:
        """Forget a saved view."""
        study = self._document.study
        left = tuple(view for view in study.saved_views if view.name != name)
        self._document.apply(replace(study, saved_views=left), f"Remove the view {name}")

    def go_to(self, number: int) -> None:
        """Travel to a saved view, counted from 0."""
        views = self._document.study.saved_views
        if number < len(views):
            saved = views[number]
            self._pointing.moving.go(*camera_of(saved))
            shown = replace(self._view, origin=saved.origin, clip=saved.clip)
            self._document.apply(replace(self._document.study, view=shown), f"Turn to the view {saved.name}")

    # The periodic box

    def bring(self, point: periodic.Point | None = None) -> None:
        """Draw the box with a point of it, or with the crosshair, in its middle, and look there."""
        chosen = self._view.crosshair if point is None else point
        self._draw_from(periodic.brought_to_the_middle(self._view, chosen), "Bring a place to the middle of the box")
        self._pointing.look_at(periodic.MIDDLE)

    def put_back(self) -> None:
        """Draw the box as it is stored."""
        self._draw_from(periodic.with_origin(self._view, HOME), "Put the box back")

    def _draw_from(self, view: ViewSettings, text: str) -> None:
        if view.origin != self._view.origin:
            self._document.apply(replace(self._document.study, view=view), text)

    # The kept part of the box

    def crop(self, run: str, clip: tuple[tuple[float, float], ...], drag: str = "") -> None:
        """Keep a part of the box; all of one drag is one step of undo."""
        view = self._view.changed_in(run, replace(self._view.seen_in(run), clip=clip))
        self._document.apply(replace(self._document.study, view=view), "Crop the box", drag)

    def uncrop(self) -> None:
        """Keep all of the box."""
        own = tuple(one if one.clip is None else replace(one, clip=WHOLE) for one in self._view.own)
        view = replace(self._view, clip=WHOLE, own=own)
        self._document.apply(replace(self._document.study, view=view), "Show the whole box")

    # Tools

    def begin(self, tool: str) -> None:
        """Take up a tool, or lay it down."""
        if tool in WHOLE_TOOLS and self._app.window.grid.shown_view.mode == "slice":
            title, remedy = WHOLE_TOOLS[tool]
            self._app.window.messages.show_message("info", title, remedy=remedy)
            return
        self._app.window.grid.surface.setFocus()
        self._pointing.tools.begin(tool)

    # The menus

    def _changed(self, old: Study, new: Study) -> None:
        """Lay down a tool that has nothing to work on any more, and name the saved views in the menu."""
        tools = self._pointing.tools
        if tools.name in WHOLE_TOOLS and (new.view.mode == "slice" or new.view.page != old.view.page):
            tools.escape()
        saved = new.saved_views
        for number in range(len(self._app.view_actions)):
            action = self._app.view_actions[number]
            action.setVisible(number < len(saved))
            action.setEnabled(number < len(saved))
            if number < len(saved):
                action.setText(saved[number].name.replace("&", "&&"))
        actions = self._app.actions
        actions["view.remove-saved"].setEnabled(bool(saved))
        actions["box.back"].setEnabled(self._view.origin != HOME)
        actions["box.whole"].setEnabled(self._view.clip != WHOLE or any(own.clip for own in self._view.own))

    def ask_to_remove(self) -> None:
        """Ask which saved view to forget."""
        names = [view.name for view in self._document.study.saved_views]
        if names:
            name, given = QInputDialog.getItem(self._app.window, "Remove a saved view", "View:", names, 0, False)
            if given:
                self.remove(name)

    def show_menu(self, cell: str, point: periodic.Point | None, where: QPoint) -> None:
        """Offer what can be done at a place of a view."""
        menu = self.menu(cell, point)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(where)

    def menu(self, cell: str, point: periodic.Point | None) -> QMenu:
        """Return the menu of a place: what is about the place first, then what is about the view."""
        app, grid = self._app, self._app.window.grid
        menu = QMenu(app.window)
        menu.setToolTipsVisible(True)
        if point is not None:
            side = self._pointing.box_size
            place = menu.addAction(f"At {coordinates((x * side for x in point), side)}")
            assert place is not None
            place.setEnabled(False)
            for title, tip, act in (
                ("Centre here", "Travel until this point is in the middle of the view (double click)",
                 lambda: self._pointing.centre_on(point, cell)),
                ("Bring here to the middle of the box", "The box is periodic: draw it with this point in its middle",
                 lambda: self.bring(point)),
                ("Put the crosshair here", "Probe this point in all runs (click)",
                 lambda: app.editing.move_crosshair(*point, cell.partition(":")[0])),
                ("Measure from here", "Then click the other end: the shortest way through the periodic box, in Mpc/h",
                 lambda: self._measure_from(point)),
            ):  # fmt: skip
                action = menu.addAction(title)
                assert action is not None
                action.setToolTip(tip)
                action.triggered.connect(lambda _=False, act=act: act())
            menu.addSeparator()
        large = menu.addAction("All views again" if len(grid.places.cells) == 1 else "Show this run large")
        assert large is not None
        large.setToolTip("Return, or a double click on the name")
        large.triggered.connect(lambda: grid.cell_activated.emit(cell))
        menu.addMenu(links_menu(app, cell.partition(":")[0]))
        menu.addSeparator()
        for name in ("tool.fly", "tool.measure", "tool.crop", "box.whole", "box.back"):
            menu.addAction(app.actions[name])
        menu.addSeparator()
        saved = menu.addMenu("Saved views")
        assert saved is not None
        for one in (*app.view_actions, app.actions["view.save"], app.actions["view.remove-saved"]):
            saved.addAction(one)
        sides = menu.addMenu("Look from")
        assert sides is not None
        for name in ("camera.x", "camera.x-behind", "camera.y", "camera.y-behind", "camera.z", "camera.z-behind"):
            sides.addAction(app.actions[name])
        menu.addAction(app.actions["camera.home"])
        return menu

    def _measure_from(self, point: periodic.Point) -> None:
        self._app.window.grid.surface.setFocus()
        self._pointing.tools.measure_from(point)


def camera_of(saved: SavedView) -> tuple[Orbit, Flat]:
    """Return the cameras of a saved view."""
    x, y, z = saved.centre
    right, up = saved.slice_centre
    orbit = Orbit(saved.azimuth, saved.elevation, saved.zoom, (x, y, z), saved.field_of_view)
    return orbit, Flat((right, up), saved.slice_zoom)
