"""The panel EXPLAIN: which method, for which point, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtWidgets import QLabel, QPushButton, QVBoxLayout, QWidget

from widgets.choice_box import ChoiceBox
from widgets.section import MARGIN, Head, NamedValue
from widgets.segmented import Segment, Segmented
from widgets.snapshot_facts import Fact
from widgets.style import set_kind
from widgets.task_row import ThinBar

_TARGETS = (
    Segment("voxel", "Voxel", "Explain the density at the crosshair"),
    Segment("halo", "Halo", "Explain the mass within the halo nearest to the crosshair"),
)


@dataclass(frozen=True)
class Method:
    """A way of explaining: its registered name, what a person calls it, what it answers."""

    name: str
    label: str
    tip: str = ""


WORD_JOINER = "\u2060"


@dataclass(frozen=True)
class ExplainState:
    """What the panel shows.

    methods : those that can be chosen;  method : the chosen one's registered name
    target : "voxel" or "halo";  target_text : where it is, e.g. "77.5, 75.5, 89.5 Mpc/h"
    running : whether a task is under way;  fraction : its share in [0, 1], or None while unknown
    facts : what came of it, such as completeness and entropy
    why_not : why nothing can be explained, with the remedy, or ""
    halo : which halo was explained, once that is known: how large it is, and where
    """

    methods: tuple[Method, ...] = ()
    method: str = ""
    target: str = "voxel"
    target_text: str = ""
    running: bool = False
    fraction: float | None = None
    facts: tuple[Fact, ...] = ()
    why_not: str = ""
    halo: str = ""


class ExplainParameters(QWidget):
    """Asks for explanations; shows how they stand.

    explain_requested : the method's registered name
    method_requested : another method is chosen;  target_requested : "voxel" or "halo"
    cancel_requested : the running explanation is not wanted any more
    """

    explain_requested = pyqtSignal(str)
    method_requested = pyqtSignal(str)
    target_requested = pyqtSignal(str)
    cancel_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._state = ExplainState()
        self.method = ChoiceBox()
        self.method.setAccessibleName("Method")
        self.method.setPlaceholderText("No method")
        self.method.activated.connect(lambda _: self.method_requested.emit(self.method.currentData()))
        self.target = Segmented("Target", _TARGETS)
        self.target.chosen.connect(self.target_requested)
        self._target_text = _quiet("small")
        self.button = QPushButton("Explain")
        set_kind(self.button, "primary")
        self.button.clicked.connect(self._pressed)
        self.bar = ThinBar()
        self._why_not = _quiet("quiet")
        self._facts = QVBoxLayout()
        self._facts.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(MARGIN, 8, MARGIN, 12)
        column.setSpacing(8)
        column.addWidget(Head("Explain"))
        column.addWidget(self.method)
        column.addWidget(self.target)
        column.addWidget(self._target_text)
        column.addWidget(self.button)
        column.addWidget(self.bar)
        column.addWidget(self._why_not)
        column.addLayout(self._facts)
        self.show_state(ExplainState())

    def show_state(self, state: ExplainState) -> None:
        """Show this state."""
        if state.methods != self._state.methods:
            self.method.clear()
            for number, method in enumerate(state.methods):
                self.method.addItem(method.label, method.name)
                self.method.setItemData(number, method.tip, Qt.ItemDataRole.ToolTipRole)
        self.method.setEnabled(bool(state.methods))
        self.method.setCurrentIndex(max(0, self.method.findData(state.method)))
        chosen = next((method for method in state.methods if method.name == state.method), None)
        self.method.setToolTip(chosen.tip if chosen is not None and chosen.tip else "How the network is asked")
        self.target.show_value(state.target)
        place = f"the halo nearest to {state.target_text}" if state.target == "halo" else f"at {state.target_text}"
        place = f"{place}: {state.halo}" if state.halo else place
        place = place.replace("Mpc/h", f"Mpc/{WORD_JOINER}h")  # a unit is not broken at its stroke
        self._target_text.setText(place if state.target_text else "Click a voxel or a halo to choose")
        self.button.setText("Cancel" if state.running else "Explain")
        self.button.setAccessibleName(self.button.text())
        self.button.setToolTip(
            "Stop the explanation" if state.running else "Ask every network of the study (Ctrl+Return)"
        )
        self.button.setEnabled(state.running or (bool(state.methods) and not state.why_not))
        self.bar.setVisible(state.running)
        self.bar.show_fraction(state.fraction)
        self._why_not.setText(state.why_not)
        self._why_not.setVisible(bool(state.why_not))
        if state.facts != self._state.facts:
            self._show_facts(state.facts)
        self._state = state

    def _show_facts(self, facts: tuple[Fact, ...]) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for fact in facts:
            self._facts.addWidget(NamedValue(fact.name, fact.value, fact.tip) if fact.value else _heading(fact))

    def _pressed(self) -> None:
        if self._state.running:
            self.cancel_requested.emit()
        else:
            self.explain_requested.emit(self.method.currentData())


def _quiet(kind: str) -> QLabel:
    label = QLabel()
    set_kind(label, kind)
    label.setWordWrap(True)
    return label


def _heading(fact: Fact) -> QLabel:
    """Return what stands over a fact's lines; it wraps, so that no word of it makes the panel wider."""
    label = _quiet("quiet")
    label.setText(fact.name)
    label.setToolTip(fact.tip)
    label.setContentsMargins(0, 6, 0, 2)
    return label
