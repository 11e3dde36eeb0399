"""The running application: it makes the parts, wires them, and answers what a person asks."""

from __future__ import annotations

import atexit
import os
from dataclasses import replace
from pathlib import Path

from PyQt6 import sip
from PyQt6.QtCore import QObject
from PyQt6.QtGui import QAction
from PyQt6.QtWidgets import QApplication, QFileDialog

from app import sessions
from app.autosave import Autosave
from app.collecting import Collecting
from app.commands import add_commands
from app.comparing import Comparing
from app.document import Document
from app.editing import Editing
from app.explaining import Explaining
from app.export_requests import ExportRequests
from app.filming import Filming
from app.framing import Framing
from app.loading import Opened, add_curves, add_runs, look_into, open_curves, prepare
from app.lost_files import LostFile, lost_files
from app.main_window import MainWindow
from app.navigating import Navigating
from app.playing import Playing
from app.refusals import told as told_of
from app.refusals import told_changed
from app.relinking import Relinking
from app.reopening import reopened, told_before
from app.rows import in_window
from app.samples import Samples, memory_budget
from app.save_name import ask_where
from app.settings import Settings
from app.showing import Showing
from app.tasks import Tasks
from app.tidying import Tidying
from app.wiring import connect
from app.worker import Worker
from backends.data.curve import ReferenceCurve
from backends.data.facts import Facts
from backends.data.run import Network
from backends.data.store import Store
from backends.data.study import Study
from backends.errors import HalographError, UnreadableFile
from backends.progress import Progress
from widgets.messages import Offer
from widgets.style import apply as wear_style
from widgets.theme import theme

SESSION_SUFFIX = ".halograph"
SESSION_FILTER = f"Halograph sessions (*{SESSION_SUFFIX})"


class Application(QObject):
    """Everything that lives as long as the window does."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self.settings = settings
        self.session_path: Path | None = None
        qt = QApplication.instance()
        assert isinstance(qt, QApplication)
        wear_style(qt, theme(settings.theme))
        self.window = MainWindow()
        self.document = Document(parent=self)
        self.tasks = Tasks(self)
        self.worker = Worker("runs networks")
        self.samples = Samples(Store(memory_budget()), self.worker)
        self.comparing = Comparing(self.samples, self.tasks, self)
        self.showing = Showing(self.window, self.document, self.comparing, self.tasks, settings.theme)
        self.editing = Editing(self.document)
        self.playing = Playing(self.window.time, self.editing, self.comparing)
        self.explaining = Explaining(self.window, self.document, self.showing, self.samples, self.tasks)
        self.filming = Filming(self)
        self.relinking = Relinking(self)
        self.exports = ExportRequests(self)
        self.navigating = Navigating(self)
        self.framing = Framing(self)
        self.view_actions: tuple[QAction, ...] = ()
        self.actions = add_commands(self)
        self.autosave = Autosave(
            settings.folder,
            lambda: self.document.study,
            self.window.grid.camera,
            lambda text: self.say_failure(text, stays=True),
            self,
        )
        connect(self)
        self.window.restore_layout(settings.layout("geometry"), settings.layout("docks"))
        self.window.empty.show_recent(settings.recent)
        self.showing.wear(settings.theme)
        self.showing.show_page()  # now, or the window appears with docks that leave at once
        self.collecting = Collecting()
        self.tidying = Tidying(self.document, self)

    @property
    def settled(self) -> bool:
        """Whether every load, statistic and frame that was started has finished."""
        return self.tasks.idle and self.showing.settled

    # Opening

    def open_paths(self, paths: tuple[Path, ...], told: Facts = Facts(), *, in_order: bool = False) -> None:
        """Open sessions, snapshots, grids and bundles; several at once become one study.

        ``in_order`` where a person ordered them, so that the first is the reference.
        """
        session = next((p for p in paths if os.path.isfile(p) and sessions.is_session(p)), None)
        if session is not None:
            self.open_session(session, tuple(path for path in paths if path != session))
            return

        unread = self.comparing.unread  # by now: one of them may be read anew while the files are looked into
        told = told.over(told_before(self.document.study, paths, unread))
        reference = self.document.study.reference
        hubble = reference.description.hubble if reference is not None else None

        def look(progress: Progress) -> Opened:
            return look_into(paths, told, progress, hubble, in_order=in_order)

        def opened(found: Opened) -> None:
            refused = {one.path for one in found.refused if one.path is not None}
            self.window.messages.settle([path for path in paths if path not in refused])
            if found.refused:
                title, text = told_of(found.refused)
                nothing = not (found.descriptions or found.curves)
                self.window.messages.show_message("error" if nothing else "warning", text, title, about=refused)
            if found.descriptions or found.curves:
                networks = self._networks_beside(found)
                self._take_up(found, told, networks, unread | self.comparing.unread)
                if not networks:  # the demo has a button of its own
                    self._remember(*(path for path in paths if path not in refused))

        title = f"Opening {paths[0].name}" if len(paths) == 1 else f"Opening {len(paths)} files"
        self.tasks.start(("open", paths), title, look, opened, failed=self.say_error, lane="open", priority=0)

    def _take_up(self, found: Opened, told: Facts, networks: dict[str, Network], failed: frozenset[str]) -> None:
        study = self.document.study
        wearing = theme("dark")
        grown = add_runs(study, found.descriptions, wearing.runs, wearing.reference, networks, told)
        grown = add_curves(grown, found.curves, wearing.runs)
        taken = reopened(study, grown, failed)
        self.editing.add(taken.study, taken.new_runs, taken.new_curves, taken.again)

    def _networks_beside(self, found: Opened) -> dict[str, Network]:
        """The demo's networks, where its bundle is what was opened."""
        from backends.demo import demo_bundle, networks

        if not any(d.format == "halograph-bundle" for d in found.descriptions):
            return {}
        bundle = demo_bundle().resolve()
        return networks() if any(d.path.resolve() == bundle for d in found.descriptions) else {}

    def open_demo(self) -> None:
        """Open the demo study that ships inside."""
        from backends.demo import demo_bundle

        try:
            bundle = demo_bundle()
        except FileNotFoundError as missing:
            self.say_failure(str(missing))
            return
        self.new_study()
        self.open_paths((bundle,))

    def ask_for_files(self) -> None:
        names, _ = QFileDialog.getOpenFileNames(self.window, "Open snapshots, grids, bundles or a session")
        if names:
            self.open_paths(tuple(Path(name) for name in names))

    def ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(self.window, "Open a folder of snapshot pieces or of runs")
        if name:
            self.open_paths((Path(name),))

    def _remember(self, *paths: Path) -> None:
        """Offer these first among the recent files."""
        self.settings.opened(paths)
        self.window.empty.show_recent(self.settings.recent)

    # Sessions

    def new_study(self) -> None:
        """Begin an empty study; the old one is kept where it was not saved."""
        self._keep_unsaved()
        self.session_path = None
        self.document.open(Study())

    def open_session(self, path: Path, beside: tuple[Path, ...] = ()) -> None:
        """Open a session, and into it the files ``beside``, where it was dropped together with others."""

        def open_others() -> None:
            if beside:
                self.open_paths(beside)

        def refused(error: HalographError) -> None:
            self.say_error(error)
            open_others()

        def read(progress: Progress) -> tuple[sessions.Session, tuple[LostFile, ...]]:
            prepare()
            session = sessions.load(path)
            return session, lost_files(session.study)

        def opened(found: tuple[sessions.Session, tuple[LostFile, ...]]) -> None:
            session, lost = found
            self._keep_unsaved()
            is_restored = path.parent == self.autosave.folder
            self.session_path = None if is_restored else path
            if is_restored:
                self.autosave.inherit(path)
            self.document.open(session.study)
            if is_restored:
                self.document.undo_stack.resetClean()  # no session holds it yet
            self.window.grid.set_camera(dict(session.camera))
            self.framing.leave(session.study)
            if session.changed:
                changed = [session.study.run(key) for key in session.changed]
                about = {run.origin.path for run in changed}
                self.window.messages.show_message("warning", told_changed(changed), about=about)
            if session.unknown:
                self._say_unknown(session.unknown)
            if lost:
                self.relinking.open(lost)
            if self.session_path is not None:
                self._remember(path)
            open_others()

        self.tasks.start(
            ("session", path), f"Opening {path.name}", read, opened, failed=refused, lane="open", priority=0
        )

    def _say_unknown(self, names: tuple[str, ...]) -> None:
        what = "a statistic that is" if len(names) == 1 else "statistics that are"
        said = f"The session shows {what} not installed here: {', '.join(names)}"
        self.window.messages.show_message("warning", said, remedy="Install what brings them, and open it again")

    def save_session(self) -> None:
        if self.session_path is None:
            self.save_session_as()
        else:
            self._save_to(self.session_path)

    def save_session_as(self) -> None:
        proposed = f"{self.document.study.name}{SESSION_SUFFIX}"
        path = ask_where(self.window, "Save the session", proposed, SESSION_FILTER, SESSION_SUFFIX[1:])
        if path is not None:
            self._save_to(path)

    def _save_to(self, path: Path) -> None:
        try:
            sessions.save(path, self.document.study, self.window.grid.camera())
        except HalographError as error:
            self.say_error(error)
            return
        self.session_path = path
        self.document.undo_stack.setClean()
        self.show_title()
        self._remember(path)
        self.window.status.set_facts((f"saved as {path.name}",))

    def _keep_unsaved(self) -> None:
        """Before another study takes its place, keep one that was changed and not saved."""
        self.window.messages.leave_study()
        if self.document.is_unsaved:
            self.autosave.set_aside()
            self.window.messages.show_message(
                "info", "The study was not saved; it has been kept", remedy="File, Restore unsaved study brings it back"
            )

    def offer_restore(self) -> None:
        """Where a window ended with what was not saved, offer it."""
        left = self.autosave.left_behind()
        if not left:
            return
        what = "the study that was open has" if len(left) == 1 else f"the {len(left)} studies that were open have"
        self.window.messages.show_message(
            "warning",
            f"Not all was saved the last time; {what} been kept.",
            remedy="File, Restore unsaved study brings it back later too",
            stays=True,
            offers=(
                Offer("Restore", "Open the newest of what was kept (Ctrl+Shift+R)", self.restore),
                Offer(
                    "Discard" if len(left) == 1 else "Discard all",
                    "Delete what was kept",
                    lambda: self.autosave.discard(left),
                ),
            ),
        )

    def restore(self) -> None:
        """Open the newest study that was left behind; its file goes once this window has saved its own."""
        left = self.autosave.left_behind()
        self.window.messages.withdraw("Restore")
        if left:
            self.open_session(left[0])
        else:
            self.window.messages.show_message("info", "There is no unsaved study to restore")

    def show_title(self) -> None:
        """Name the study in the window's title, with a mark while it is not saved."""
        study = self.document.study
        name = self.session_path.stem if self.session_path is not None else "" if study.is_empty else study.name
        self.window.setWindowTitle(f"{name}[*] – Halograph" if name else "Halograph")
        self.window.setWindowModified(bool(name) and not self.document.undo_stack.isClean())

    # Runs

    def tell_units(self, key: str, units: str) -> None:
        """Read a table again in the units that the person says it is in."""
        curve, reference = self.document.study.curve(key), self.document.study.reference
        if curve is None:
            return
        hubble = reference.description.hubble if reference is not None else None
        told = replace(curve.told, units=units)

        def read(progress: Progress) -> ReferenceCurve:
            again = open_curves(curve.origin.path, told, hubble)
            found = next((one for one in again if one.origin == curve.origin), None)
            if found is None:
                raise UnreadableFile(curve.origin.path, "does not hold this curve any more", "Open it again")
            return replace(curve, told=found.told, curve=found.curve, warnings=found.warnings)

        title = f"Reading {curve.origin.path.name}"
        self.tasks.start(("table", key), title, read, self.editing.retell, failed=self.say_error, lane="look")

    # Talking

    def say_error(self, error: HalographError) -> None:
        self.say_failure(in_window(str(error)))

    def say_failure(self, text: str, *, stays: bool = False) -> None:
        self.window.messages.show_message("error", text, stays=stays)

    # Looks

    def toggle_theme(self) -> None:
        """Change between the dark and the light theme."""
        name = "light" if self.showing.theme.name == "dark" else "dark"
        self.settings.theme = name
        self.showing.wear(name)

    def close(self, *, keep_study: bool = False) -> None:
        """A clean end: settings written, threads and the worker ended.

        What is not saved is offered at the next start; with ``keep_study``, where nobody decided to close, all of it.
        """
        # Emptied as it goes, the stack would tell commands that are already gone.
        self.document.undo_stack.blockSignals(True)
        self.autosave.close(keep=keep_study or self.document.is_unsaved)
        self.tasks.close()
        self.worker.close()
        self.filming.close()
        self.settings.close()
        self.collecting.close()


def delete_windows() -> None:
    """Delete what is left of the windows, parents before children, before Python ends.

    PyQt's own end walks over all its objects while deleting them, and can come upon one that is gone.
    """
    qt = QApplication.instance()
    for window in qt.topLevelWidgets() if isinstance(qt, QApplication) else ():
        if not sip.isdeleted(window) and window.parent() is None:
            sip.delete(window)


atexit.register(delete_windows)
