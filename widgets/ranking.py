"""The ranking: every run's scores side by side, and how much the metrics disagree about the order."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PyQt6.QtCore import QPoint, Qt, pyqtSignal
from PyQt6.QtGui import QAction, QGuiApplication
from PyQt6.QtWidgets import QMenu, QStackedLayout, QVBoxLayout, QWidget

from widgets.agreement import Agreement, AgreementPopup
from widgets.head_line import HeadLine
from widgets.plots.notice import Notice
from widgets.ranking_rows import agreement_of, as_csv, columns_of, rows_of
from widgets.run_table import RunTable
from widgets.style import set_kind
from widgets.theme import Theme

if TYPE_CHECKING:
    from backends.statistics import ranking as backend


class Ranking(QWidget):
    """A table of scores, the best and the worst of each column marked; a click on a head sorts.

    Signals: ``run_hovered(str)``, ``run_selected(str)``.
    """

    run_hovered = pyqtSignal(str)
    run_selected = pyqtSignal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._ranking: backend.Ranking | None = None
        self._agreement = Agreement.none()
        self.head = HeadLine(self, note_is_button=True)
        self.table = RunTable("Ranking of the runs", sortable=True, pixels=11, parent=self)
        self.table.run_hovered.connect(self.run_hovered)
        self.table.run_selected.connect(self.run_selected)
        self.notice = Notice(self)
        body = QWidget(self)
        self._stack = QStackedLayout(body)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.notice)
        self._stack.setCurrentWidget(self.notice)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.head)
        layout.addWidget(body, 1)
        self.head.set_text("Ranking")
        self.head.menu_requested.connect(self._open_menu)
        self.head.note_clicked.connect(self.show_agreement)
        self.table.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.table.customContextMenuRequested.connect(lambda at: self._open_menu(self.table.mapToGlobal(at)))
        self.setMinimumWidth(260)

    def show_ranking(self, ranking: backend.Ranking | None, colours: Mapping[str, str]) -> None:
        """Show a ranking, or with None that there is nothing to rank.

        Parameters
        ----------
        colours : the run's key -> its colour
        """
        self._ranking = ranking
        if ranking is None or not ranking.rows:
            self._agreement = Agreement.none()
            self.head.set_text("Ranking")
            if self.isVisible():  # out of sight, it waits for the first runs
                self.notice.show_message("Nothing to rank yet", "A reference and one more run make a ranking.")
            self._stack.setCurrentWidget(self.notice)
            return
        self._agreement = agreement_of(ranking)
        self.head.set_text("Ranking", self._agreement.sentences, self._agreement.explanation)
        self.table.show_rows(columns_of(ranking), rows_of(ranking, colours))
        self._stack.setCurrentWidget(self.table)

    def highlight(self, key: str) -> None:
        """Mark a run's row, as when it is pointed at elsewhere; "" for none."""
        self.table.highlight(key)

    def select(self, key: str) -> None:
        """Mark a run's row as the selected one; "" for none."""
        self.table.select(key)

    def set_theme(self, theme: Theme) -> None:
        """Draw in another theme's colours."""
        self.table.set_theme(theme)
        self.notice.set_theme(theme)

    def show_agreement(self) -> None:
        """Open the matrix of Kendall's τ under the head line."""
        if not self._agreement.known:
            return
        popup = AgreementPopup(self._agreement, self)
        popup.adjustSize()
        corner = self.head.mapToGlobal(QPoint(self.head.width() - popup.width() - 8, self.head.height()))
        screen = self.screen()
        if screen is not None:
            room = screen.availableGeometry()
            below = corner.y() + popup.height() <= room.bottom()
            top = corner.y() if below else corner.y() - self.head.height() - popup.height()
            corner = QPoint(max(room.left(), corner.x()), top)
        popup.move(corner)
        popup.show()

    def copy_csv(self) -> None:
        """Put the table on the clipboard as CSV, in the order shown, with units in its head."""
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None and self._ranking is not None:
            clipboard.setText(as_csv(self._ranking, [row.key for row in self.table.rows.rows]))

    def menu(self) -> QMenu:
        """Return a menu of what can be done with the table."""
        menu = QMenu(self)
        menu.setToolTipsVisible(True)
        copy = QAction("Copy table", menu)
        copy.setToolTip("Put the table on the clipboard as CSV, with units")
        copy.setEnabled(self._ranking is not None)
        copy.triggered.connect(self.copy_csv)
        compare = QAction("Do the metrics agree?", menu)
        compare.setToolTip("Show Kendall's τ of every pair of columns")
        compare.setEnabled(self._agreement.known)
        compare.triggered.connect(self.show_agreement)
        menu.addActions([copy, compare])
        if self._ranking is not None:
            self._add_orders(menu)
        return menu

    def _add_orders(self, menu: QMenu) -> None:
        """Let the rows be sorted without a pointer, too: a click on a head does the same."""
        orders = QMenu("Sort by", menu)
        orders.setToolTipsVisible(True)
        for section in range(self.table.rows.columnCount()):
            order = QAction(self.table.rows.head_text(section).replace("\n", "  ").strip(), orders)
            order.setToolTip("The best first; once more: backwards; a third time: as they were given")
            order.triggered.connect(lambda _checked=False, section=section: self.table.sort_by(section))
            orders.addAction(order)
        menu.addMenu(orders)

    def _open_menu(self, position: QPoint) -> None:
        menu = self.menu()
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(position)
