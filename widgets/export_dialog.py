"""Asks what is exported, as what, and how large."""

from __future__ import annotations

from dataclasses import dataclass, replace

from PyQt6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QSpinBox, QWidget

from widgets.choice_box import ChoiceBox
from widgets.export_frame import ExportFrame


@dataclass(frozen=True)
class ExportTarget:
    """Something that can be exported.

    identifier : "figure", "view", "movie", "numbers", "script" or "report"
    formats : the file formats that it can have, the usual one first
    measure : "mm" where its size is that of a printed figure, "px" where it is a picture's, "" where it has none
    """

    identifier: str
    title: str
    tip: str
    formats: tuple[str, ...]
    measure: str = ""


TARGETS = (
    ExportTarget("figure", "Figure", "The statistic as seen, in publication style", ("pdf", "svg", "png"), "mm"),
    ExportTarget("view", "3D view", "The views as seen, at any size", ("png",), "px"),
    ExportTarget("movie", "Movie", "The views along a path of the camera, or over time", ("mp4", "gif", "png"), "px"),
    ExportTarget("numbers", "Numbers", "The curves of the figure, a table for every run", ("csv",)),
    ExportTarget("script", "Script", "A matplotlib script that redraws the figure", ("py",)),
    ExportTarget("report", "Report", "Every statistic, table and figure in one file", ("html",)),
)
_ICONS = {"figure": "chart", "view": "cube", "movie": "play", "numbers": "copy", "script": "file", "report": "info"}


@dataclass(frozen=True)
class ExportChoice:
    """What the person chose.

    what : an :class:`ExportTarget`'s identifier
    subject : which of several figures, by its registered name, or ""
    format : "pdf", "svg", "png", "mp4", "gif", "csv", "py" or "html"
    width, height : mm for figures, px for views, 0 for the usual size, and where there is none
    dots_per_inch : of a figure's PNG
    transparent : whether a picture of the views has nothing where nothing is drawn
    path : of a movie's camera: "turn", or another one that was offered
    seconds, per_second : length of a movie, and its frames per second
    """

    what: str = "figure"
    subject: str = ""
    format: str = "pdf"
    width: int = 0
    height: int = 0
    dots_per_inch: int = 300
    transparent: bool = False
    path: str = "turn"
    seconds: int = 8
    per_second: int = 30


class ExportDialog(ExportFrame):
    """What at the left, how at the right.

    Parameters
    ----------
    figures : (registered name, title) of the figures that are there
    choice : what is chosen at first, such as the last export's
    view_size : (width, height) of the 3D view in px
    paths : (name, title) of the ways that a movie can go
    """

    def __init__(
        self,
        parent: QWidget | None,
        figures: tuple[tuple[str, str], ...],
        choice: ExportChoice | None = None,
        view_size: tuple[int, int] = (1920, 1200),
        paths: tuple[tuple[str, str], ...] = (("turn", "Once around the box"),),
    ) -> None:
        super().__init__(parent, "Export", 560)
        self._choice = choice or ExportChoice()
        self._sizes = {"mm": (180, 120), "px": view_size}
        if self._target().measure and self._choice.width and self._choice.height:
            self._sizes[self._target().measure] = (self._choice.width, self._choice.height)
        self._make_controls(figures)
        self._make_movie_controls(paths)
        self._lay_out()
        self.what.currentRowChanged.connect(self._show_target)
        self.format.currentIndexChanged.connect(self._show_fineness)
        self.what.setCurrentRow([target.identifier for target in TARGETS].index(self._choice.what))
        self._show_target(self.what.currentRow())
        self.format.setCurrentIndex(max(0, self.format.findData(self._choice.format)))

    def choice(self) -> ExportChoice:
        """Return what is chosen."""
        target = TARGETS[self.what.currentRow()]
        size = (self.width_box.value(), self.height_box.value()) if target.measure else (0, 0)
        return replace(
            self._choice,
            what=target.identifier,
            subject=self.subject.currentData() or "",
            format=self.format.currentData(),
            width=size[0],
            height=size[1],
            dots_per_inch=self.fineness.value(),
            transparent=self.transparent.isChecked(),
            path=self.path.currentData(),
            seconds=self.seconds.value(),
            per_second=self.per_second.value(),
        )

    def _target(self) -> ExportTarget:
        return next(target for target in TARGETS if target.identifier == self._choice.what)

    def _make_controls(self, figures: tuple[tuple[str, str], ...]) -> None:
        for target in TARGETS:
            self.offer(target.title, _ICONS[target.identifier], target.tip)
        self.subject = ChoiceBox("Which figure", "Which of the study's statistics")
        for name, title in figures:
            self.subject.addItem(title, name)
        self.subject.setCurrentIndex(max(0, self.subject.findData(self._choice.subject)))
        self.format = ChoiceBox("Format", "File format")
        self.width_box = _spin("Width", 16, 32768)
        self.height_box = _spin("Height", 16, 32768)
        self.fineness = _spin("Dots per inch", 72, 1200)
        self.fineness.setSuffix(" dpi")
        self.fineness.setToolTip("How fine a PNG of the figure is, in dots per inch")
        self.fineness.setValue(self._choice.dots_per_inch)

    def _make_movie_controls(self, paths: tuple[tuple[str, str], ...]) -> None:
        self.transparent = QCheckBox("Transparent background")
        self.transparent.setToolTip("Leave the picture transparent where nothing is drawn, for slides and posters")
        self.transparent.setChecked(self._choice.transparent)
        self.path = ChoiceBox("Path", "What moves: the camera around the box or through the saved views, or time")
        for name, title in paths:
            self.path.addItem(title, name)
        self.path.setCurrentIndex(max(0, self.path.findData(self._choice.path)))
        self.seconds = _spin("Length", 1, 600)
        self.seconds.setSuffix(" s")
        self.seconds.setToolTip("Length of the movie, in seconds")
        self.seconds.setValue(self._choice.seconds)
        self.per_second = _spin("Frames per second", 1, 60)
        self.per_second.setSuffix(" / s")
        self.per_second.setToolTip("Frames of the movie per second")
        self.per_second.setValue(self._choice.per_second)

    def _lay_out(self) -> None:
        size = QWidget()
        line = QHBoxLayout(size)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.width_box, 1)
        line.addWidget(QLabel("×"))
        line.addWidget(self.height_box, 1)
        self.form.addRow("&Figure", self.subject)
        self.form.addRow("F&ormat", self.format)
        self.form.addRow("Size", size)
        self.form.addRow("Resolution", self.fineness)
        self.form.addRow("", self.transparent)
        self.form.addRow("&Path", self.path)
        self.form.addRow("&Length", self.seconds)
        self.form.addRow("F&rames", self.per_second)
        self._size = size

    def _show_target(self, row: int) -> None:
        target = TARGETS[row]
        self.tip.setText(f"{target.tip}.")
        self.format.clear()
        for name in target.formats:
            frames = name == "png" and target.identifier == "movie"
            title = {"py": "Python script"}.get(name, name.upper())
            self.format.addItem("PNGs in a new folder" if frames else title, name)
        self.form.setRowVisible(self.subject, target.identifier in ("figure", "numbers", "script"))
        self.form.setRowVisible(self._size, bool(target.measure))
        self.form.setRowVisible(self.transparent, target.identifier == "view")
        for control in (self.path, self.seconds, self.per_second):
            self.form.setRowVisible(control, target.identifier == "movie")
        if target.measure:
            for box, value in zip((self.width_box, self.height_box), self._sizes[target.measure], strict=True):
                box.setSuffix(f" {target.measure}")
                box.setToolTip(f"{box.accessibleName()}, in {target.measure}")
                box.setValue(value)
        self._show_fineness()

    def _show_fineness(self) -> None:
        target = TARGETS[self.what.currentRow()]
        self.form.setRowVisible(self.fineness, target.measure == "mm" and self.format.currentData() == "png")


def _spin(name: str, least: int, most: int) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(least, most)
    spin.setAccessibleName(name)
    return spin
