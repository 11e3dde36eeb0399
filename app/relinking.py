"""Asks where the files lie now that a study has lost, and takes them up as one step of undo."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from PyQt6.QtWidgets import QFileDialog

from app.lost_files import FoundFile, LostFile, files_of, find_below, find_by_one, lost_files, relinked
from backends.data.study import Study
from backends.progress import Progress
from widgets.relink_dialog import RelinkDialog, RelinkRow

if TYPE_CHECKING:
    from app.application import Application

NAMED = 3
"""Runs that are named in one line."""


class Relinking:
    """One dialog at a time; nothing changes before it is accepted."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._files: tuple[LostFile, ...] = ()
        self._found: dict[Path, FoundFile] = {}
        self._gone: frozenset[Path] = frozenset()
        self.dialog: RelinkDialog | None = None

    def ask(self, key: str = "") -> None:
        """Ask for every file that is missing, and for that of a run or a curve, missing or not."""
        study = self._app.document.study
        wanted = {run.origin.path for run in study.runs if run.key == key}
        wanted |= {curve.origin.path for curve in study.curves if curve.key == key}

        def look(progress: Progress) -> tuple[LostFile, ...]:
            gone = {file.path for file in lost_files(study)}
            return tuple(file for file in files_of(study) if file.path in gone | wanted)

        self._app.tasks.start(("relink", ""), "Looking for files", look, self.open, lane="open", priority=0)

    def open(self, files: tuple[LostFile, ...]) -> None:
        """Open the dialog for these files."""
        if not files:
            self._app.window.messages.show_message("info", "No file of this study is missing")
            return
        if self.dialog is not None:
            self.dialog.reject()
        self._files, self._found = files, {}
        self._gone = frozenset(file.path for file in files if not os.path.exists(file.path))
        dialog = self.dialog = RelinkDialog(self._app.window, self._rows())
        dialog.file_requested.connect(self._ask_for_file)
        dialog.folder_requested.connect(self._ask_for_folder)
        dialog.accepted.connect(self._take)
        dialog.rejected.connect(self._leave)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _ask_for_file(self, key: str) -> None:
        file = next(file for file in self._files if str(file.path) == key)
        name, _ = QFileDialog.getOpenFileName(self.dialog, f"Where is {file.path.name} now?", self._beginning(file))
        if name:
            self.look_at(file.path, Path(name))

    def _ask_for_folder(self) -> None:
        name = QFileDialog.getExistingDirectory(
            self.dialog, "Look for the files in this folder", self._beginning(self._files[0])
        )
        if name:
            self.look_below(Path(name))

    def look_at(self, old: Path, new: Path) -> None:
        """Take a path for a lost one, and look for the others beside it."""
        file = next(file for file in self._files if file.path == old)
        others = [other for other in self._files if other is not file and other.path in self._gone]
        others = [other for other in others if not (known := self._found.get(other.path)) or not known.same]
        self._search(f"Looking into {new.name}", lambda progress: find_by_one(file, new, others))

    def look_below(self, folder: Path) -> None:
        """Look for all that is missing in a folder and below it."""
        wanted = [file for file in self._files if file.path in self._gone] or list(self._files)
        self._search(f"Looking into {folder.name}", lambda progress: find_below(folder, wanted, progress))

    def _search(self, title: str, look: Callable[[Progress], dict[Path, FoundFile]]) -> None:
        def found(new: Mapping[Path, FoundFile]) -> None:
            self._found.update(new)
            if self.dialog is not None:
                self.dialog.show_rows(self._rows())

        self._app.tasks.start(("relink", ""), title, look, found, failed=self._app.say_error, lane="open", priority=0)

    def _rows(self) -> tuple[RelinkRow, ...]:
        return tuple(_row(file, self._found.get(file.path), file.path in self._gone) for file in self._files)

    def _take(self) -> None:
        """Change the study to the places that were found, as soon as they have been looked at."""
        self.dialog = None
        moves = {old: one for old, one in self._found.items() if not one.why_not}
        app, study = self._app, self._app.document.study

        def describe(progress: Progress) -> Study:
            return relinked(study, moves, progress)

        def take_up(changed: Study) -> None:
            now = app.document.study
            if now.runs == study.runs and now.curves == study.curves:
                app.editing.relink(replace(now, runs=changed.runs, curves=changed.curves), len(moves))
            self._say_missing(self._gone - moves.keys())

        title = f"Relinking {len(moves)} files" if len(moves) > 1 else "Relinking a file"
        app.tasks.start(("relink", ""), title, describe, take_up, failed=app.say_error, lane="open", priority=0)

    def _leave(self) -> None:
        self.dialog = None
        self._say_missing(self._gone)

    def _say_missing(self, left: frozenset[Path]) -> None:
        """Say how many are still missing, in place of what was said of them before."""
        self._app.window.messages.settle(self._gone)
        if left:
            what = (
                "A file of this study is missing" if len(left) == 1 else f"{len(left)} files of this study are missing"
            )
            self._app.window.messages.show_message(
                "warning",
                f"{what}; the runs keep their place",
                remedy="Choose Edit, Relink files… when you have them",
                about=left,
            )

    def _beginning(self, file: LostFile) -> str:
        """The nearest folder of where it was that is still there."""
        return str(next((folder for folder in file.path.parents if os.path.isdir(folder)), Path.home()))


def _row(file: LostFile, found: FoundFile | None, is_gone: bool) -> RelinkRow:
    state, said = ("missing", "Missing") if is_gone else ("here", "Where it was")
    if found is not None and found.why_not:
        state, said = "refused", found.why_not
    elif found is not None and found.same:
        state, said = "found", f"Found in {found.path.parent}"
    elif found is not None:
        state = "different"
        said = f"{found.path} is another file: its content differs from what the session knew"
    runs = ", ".join(file.labels[:NAMED]) + (f" and {more} more" if (more := len(file.labels) - NAMED) > 0 else "")
    return RelinkRow(str(file.path), file.path.name, str(file.path.parent), runs, state, said)
