"""The study that the window shows, and the way every change of it goes: through the undo stack."""

from __future__ import annotations

import zlib
from dataclasses import replace

from PyQt6.QtCore import QObject, pyqtSignal
from PyQt6.QtGui import QUndoCommand, QUndoStack

from backends.data.study import Study


class _Change(QUndoCommand):
    """From one study to another; changes of one merge key that follow each other become one."""

    def __init__(self, document: Document, old: Study, new: Study, text: str, merge: str) -> None:
        super().__init__(text)
        self.document, self.old, self.new, self.merge = document, old, new, merge

    def id(self) -> int:
        return zlib.crc32(self.merge.encode()) & 0x7FFFFFFF if self.merge else -1

    def mergeWith(self, other: QUndoCommand | None) -> bool:  # Qt's own name
        if not isinstance(other, _Change) or other.merge != self.merge:
            return False
        self.new = other.new
        return True

    def undo(self) -> None:
        self.document._become(self.old)

    def redo(self) -> None:
        self.document._become(self.new)


class Document(QObject):
    """Holds the immutable study; ``changed(old, new)`` follows every change."""

    changed = pyqtSignal(object, object)

    def __init__(self, study: Study | None = None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._study = study or Study()
        self.undo_stack = QUndoStack(self)
        self._began_empty = self._study.is_empty

    @property
    def study(self) -> Study:
        """The study as it is now."""
        return self._study

    def apply(self, study: Study, text: str, merge: str = "") -> None:
        """Change to ``study`` as one step of undo called ``text``.

        Parameters
        ----------
        merge : str
            Successive changes of the same key are one step: a slider's drag.
        """
        if study != self._study:
            self.undo_stack.push(_Change(self, self._study, study, text, merge))

    @property
    def is_unsaved(self) -> bool:
        """Whether anything was changed that no session holds; to have opened runs alone is no work to lose."""
        stack = self.undo_stack
        opening = 1 if self._began_empty and stack.cleanIndex() == 0 else 0
        return not self._study.is_empty and not stack.isClean() and (opening == 0 or stack.index() > opening)

    def look(self, *, selected: str | None = None, page: str | None = None) -> None:
        """Select a run or turn to a page: where one looks is not a step of undo."""
        study = self._study
        if selected is not None:
            study = study.with_selected(selected)
        if page is not None:
            study = replace(study, view=replace(study.view, page=page))
        self._set(study)

    def open(self, study: Study) -> None:
        """Show another study altogether; its history begins here."""
        self.undo_stack.clear()
        self._began_empty = study.is_empty
        if study.runs == self._study.runs:
            self._set(Study())  # their files may have been written since: all of them is looked at again
        self._set(study)
        self.undo_stack.setClean()

    def _become(self, target: Study) -> None:
        # Undo changes what the study says, not where the person looks.
        now = self._study
        listed = {run.key for run in target.runs} | {curve.key for curve in target.curves}
        selected = now.selected if now.selected in listed else target.selected
        view = replace(target.view, page=now.view.page)
        self._set(replace(target, selected=selected, before=now.before, view=view))

    def _set(self, study: Study) -> None:
        old, self._study = self._study, study
        if old != study:
            self.changed.emit(old, study)
