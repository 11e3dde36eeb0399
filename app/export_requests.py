"""Answers requests to export: asks what and where, and has it written in the background."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from PyQt6.QtCore import QByteArray, QMimeData
from PyQt6.QtGui import QGuiApplication, QImage

from app.ordering import apart
from app.save_name import ask_where
from backends.data.statistic import StatisticResult
from backends.errors import HalographError
from backends.progress import Progress
from backends.statistics.figure import Figure
from widgets.export_dialog import ExportChoice, ExportDialog

if TYPE_CHECKING:
    from app.application import Application

MILLIMETRES_PER_INCH = 25.4


class ExportRequests:
    """Exports figures as seen, their numbers and scripts, the views, and the report."""

    def __init__(self, app: Application) -> None:
        self._app = app
        self._last = ExportChoice()

    def ask(self) -> None:
        """Ask what to export, then where to."""
        self._ask(self._last)

    def ask_for_figure(self, name: str) -> None:
        """Ask how to export that statistic's figure."""
        self._ask(ExportChoice(what="figure", subject=name))

    def ask_for_report(self) -> None:
        """Ask where to write the report."""
        self._ask_where(ExportChoice(what="report", format="html"))

    def _ask(self, choice: ExportChoice) -> None:
        window = self._app.window
        figures = tuple((name, figure.title) for name, figure in self._app.showing.figures.items())
        if self._app.document.study.is_empty:
            window.messages.show_message("info", "There is nothing to export yet: open some files first")
            return
        view = (2 * window.grid.width(), 2 * window.grid.height())
        dialog = ExportDialog(window, figures, choice, view, self._app.filming.paths())
        if dialog.exec():
            self._last = dialog.choice()
            self._ask_where(self._last)

    def _ask_where(self, choice: ExportChoice) -> None:
        named = choice.subject if choice.what in ("figure", "numbers", "script") else ""
        proposed = f"{named or choice.what}.{choice.format}"
        path = ask_where(self._app.window, "Export to", proposed, f"*.{choice.format}", choice.format)
        if path is not None:
            self.export(choice, path)

    def export(self, choice: ExportChoice, path: Path) -> None:
        """Write what was chosen to a file, whole or not at all; of a movie as PNGs to a new folder."""
        path = path.with_suffix("") if (choice.what, choice.format) == ("movie", "png") else path
        if choice.what in ("view", "movie"):
            try:
                film = self._app.filming.still if choice.what == "view" else self._app.filming.movie
                self._write(path, film(choice, path))
            except HalographError as error:
                self._app.say_error(error)
        elif choice.what == "report":
            self._write(path, self._report(path))
        else:
            figure = self._figure(choice.subject)
            if figure is None:
                self._app.say_failure("That statistic has not been computed yet. Wait until it is drawn")
            else:
                self._write(path, _figure_writer(choice, figure, path))

    def _write(self, path: Path, write: Callable[[Progress], None]) -> None:
        def done(_: object) -> None:
            self._app.window.status.set_facts((f"saved {path.name}",))

        self._app.tasks.start(("export", path), f"Exporting {path.name}", write, done, failed=self._app.say_error)

    def _figure(self, name: str) -> Figure | None:
        """The figure with the limits that are on the screen."""
        figures = self._app.showing.figures
        if name not in figures:
            return next(iter(figures.values()), None) if not name else None
        return self._app.window.plots.plot(name).figure or figures[name]

    def _report(self, path: Path) -> Callable[[Progress], None]:
        study, showing, comparing = self._app.document.study, self._app.showing, self._app.comparing
        # A report tells runs by their labels; two may have been given the same one.
        labels = apart([run.label for run in study.runs])
        named = tuple(replace(run, label=label) for run, label in zip(study.runs, labels, strict=True))
        figures = dict(showing.figures)
        results: dict[str, dict[str, StatisticResult | str]] = {name: {} for name in figures}
        for name, by_run in results.items():
            for run, label in zip(study.runs, labels, strict=True):
                found = comparing.result(name, run)
                if found is not None:
                    by_run[label] = found
        ranking = showing.ranking

        def write(progress: Progress) -> None:
            from app.exporting.study_report import save_study_report

            save_study_report(path, replace(study, runs=named), figures, results, ranking, progress)

        return write

    # The clipboard

    def copy_figure(self, name: str) -> None:
        """Copy a figure as it is seen: as SVG where it can be pasted so, else as a picture."""
        figure = self._figure(name)
        if figure is None:
            return

        def draw(progress: Progress) -> tuple[bytes, bytes]:
            from app.exporting.figures import save

            with TemporaryDirectory() as folder:
                drawn = []
                for suffix in ("png", "svg"):
                    save(figure, Path(folder, f"figure.{suffix}"))
                    drawn.append(Path(folder, f"figure.{suffix}").read_bytes())
                    progress(len(drawn) / 2)
            return drawn[0], drawn[1]

        def copy(drawn: tuple[bytes, bytes]) -> None:
            clipboard, data = QGuiApplication.clipboard(), QMimeData()
            data.setImageData(QImage.fromData(drawn[0], "PNG"))
            data.setData("image/svg+xml", QByteArray(drawn[1]))
            if clipboard is not None:
                clipboard.setMimeData(data)
            self._app.window.status.set_facts((f"copied {figure.title}",))

        self._app.tasks.start(("copy", name), f"Copying {figure.title}", draw, copy, failed=self._app.say_error)

    def copy_numbers(self, name: str) -> None:
        """Copy a figure's numbers as a table that spreadsheets take."""
        figure = self._figure(name)
        clipboard = QGuiApplication.clipboard()
        if figure is None or clipboard is None:
            return
        from app.exporting.tables import to_csv

        clipboard.setText(to_csv(figure))
        self._app.window.status.set_facts((f"copied the numbers of {figure.title}",))


def _figure_writer(choice: ExportChoice, figure: Figure, path: Path) -> Callable[[Progress], None]:
    def write(progress: Progress) -> None:
        from app.exporting.figures import SIZE, save
        from app.exporting.script import save_script
        from app.exporting.tables import save_csv

        size = SIZE
        if choice.width and choice.height:
            size = (choice.width / MILLIMETRES_PER_INCH, choice.height / MILLIMETRES_PER_INCH)
        if choice.what == "numbers":
            save_csv(figure, path)
        elif choice.what == "script":
            table = path.with_suffix(".csv")
            save_csv(figure, table)
            save_script(figure, path, table.name, size)
        else:
            save(figure, path, size, choice.dots_per_inch)
        progress(1.0)

    return write
