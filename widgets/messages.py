"""Messages that wait to be read and stop nobody from working."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

from PyQt6.QtCore import Qt, pyqtSignal
from PyQt6.QtGui import QGuiApplication
from PyQt6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QToolButton, QVBoxLayout, QWidget

from widgets.icons import icon
from widgets.sign import Sign
from widgets.style import set_kind

SEVERITIES = ("info", "warning", "error")
_MOST = 4
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True)
class Offer:
    """What a message offers to do, as a button."""

    name: str
    tip: str
    act: Callable[[], object]


class Message(QFrame):
    """One message: what happened, and what to do about it.

    dismissed : the person has read it
    """

    dismissed = pyqtSignal()

    def __init__(
        self, severity: str, text: str, title: str = "", remedy: str = "", offers: Sequence[Offer] = ()
    ) -> None:
        super().__init__()
        set_kind(self, "message")
        self.severity, self.content = severity, (title, text, remedy)
        self.offered = frozenset(offer.name for offer in offers)
        self.about, self.stays = frozenset[Path](), False
        self.setAccessibleName(f"{severity}: {' '.join(part for part in self.content if part)}")
        sign = Sign(severity, "accent" if severity == "info" else "bad", severity)
        words = QVBoxLayout()
        words.setSpacing(2)
        for part, kind in zip(self.content, ("title", "plain", "quiet"), strict=True):
            if part:
                label = QLabel(part)
                set_kind(label, kind)
                label.setWordWrap(True)
                label.setTextFormat(Qt.TextFormat.PlainText)
                label.setTextInteractionFlags(
                    Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
                )
                label.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
                words.addWidget(label)
        if offers:
            words.addLayout(self._buttons(offers))
        self.copy = _button("copy", "Copy the message")
        self.copy.clicked.connect(self._copy)
        self.close_button = _button("close", "Dismiss the message")
        self.close_button.clicked.connect(self.dismissed)
        line = QHBoxLayout(self)
        line.setContentsMargins(12, 8, 8, 8)
        line.setSpacing(10)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop if sum(map(bool, self.content)) > 1 or offers else _MIDDLE)
        line.addLayout(words, 1)
        line.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)

    def _buttons(self, offers: Sequence[Offer]) -> QHBoxLayout:
        """Return a line of buttons; each answers the message, which then goes."""
        line = QHBoxLayout()
        line.setContentsMargins(0, 6, 0, 2)
        line.setSpacing(8)
        for number, offer in enumerate(offers):
            button = QPushButton(offer.name)
            set_kind(button, "offer" if number else "primary")
            button.setToolTip(offer.tip)
            button.clicked.connect(self.dismissed)
            button.clicked.connect(lambda _=False, act=offer.act: act())
            line.addWidget(button)
        line.addStretch(1)
        return line

    def _copy(self) -> None:
        clipboard = QGuiApplication.clipboard()
        if clipboard is not None:
            clipboard.setText("\n".join(part for part in self.content if part))


class MessageBar(QWidget):
    """A stack of messages, the latest on top; not there while there is none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        set_kind(self, "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Messages")
        self._messages: list[Message] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(8, 8, 8, 8)
        self._column.setSpacing(6)
        self.hide()

    def show_message(
        self,
        severity: str,
        text: str,
        title: str = "",
        remedy: str = "",
        offers: Sequence[Offer] = (),
        about: Collection[Path] = (),
        stays: bool = False,
    ) -> None:
        """Show a message of severity "info", "warning" or "error", with buttons where it offers something.

        The same message twice is shown once; beyond four, the oldest goes. What is only ``about`` some files goes
        when they all are settled; what is not about a study ``stays`` when another one is opened.
        """
        if severity not in SEVERITIES:
            raise ValueError(f"there is no severity {severity!r}; known are {', '.join(SEVERITIES)}")
        for known in list(self._messages):
            if known.content == (title, text, remedy):
                self._drop(known)
        message = Message(severity, text, title, remedy, offers)
        message.about, message.stays = frozenset(about), stays
        message.dismissed.connect(lambda: self._drop(message))
        self._messages.insert(0, message)
        self._column.insertWidget(0, message)
        while len(self._messages) > _MOST:
            self._drop(self._messages[-1])
        self.show()

    def messages(self) -> tuple[str, ...]:
        """Return the texts that are shown, the latest first."""
        return tuple(message.content[1] for message in self._messages)

    def withdraw(self, offer: str) -> None:
        """Dismiss the messages that offer this: it has been done in another way."""
        for message in [one for one in self._messages if offer in one.offered]:
            self._drop(message)

    def settle(self, files: Collection[Path]) -> None:
        """Dismiss the messages that are about these files alone, or about others that were settled before."""
        for message in [one for one in self._messages if one.about]:
            message.about -= frozenset(files)
            if not message.about:
                self._drop(message)

    def leave_study(self) -> None:
        """Dismiss what was said of a study that is closed."""
        for message in [one for one in self._messages if not one.stays]:
            self._drop(message)

    def clear(self) -> None:
        """Dismiss all messages."""
        for message in list(self._messages):
            self._drop(message)

    def _drop(self, message: Message) -> None:
        if message in self._messages:
            self._messages.remove(message)
            self._column.removeWidget(message)
            message.hide()
            message.deleteLater()
        self.setVisible(bool(self._messages))


def _button(picture: str, tip: str) -> QToolButton:
    button = QToolButton()
    set_kind(button, "flat")
    button.setIcon(icon(picture))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(tip)
    button.setToolTip(tip)
    return button
