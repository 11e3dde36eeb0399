"""What all tests in a real window share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PyQt6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.application import Application
from app.settings import Settings
from widgets import style
from widgets.theme import theme

Settle = Callable[[], None]


@pytest.fixture(autouse=True)
def themed(qapp: QApplication) -> None:
    """Every test begins in the dark theme, as the window does."""
    style.apply(qapp, theme("dark"))


@pytest.fixture(autouse=True)
def smoothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """Views rest after one picture: of how many more there is time for depends on how busy the machine is."""
    monkeypatch.setattr("widgets.volume.refinement.SMOOTHING_SECONDS", 0.0)


@pytest.fixture
def application(qtbot: QtBot) -> Iterator[Application]:
    """The whole application, with a profile of its own."""
    running = Application(Settings(temporary=True))
    qtbot.addWidget(running.window)
    running.window.show()
    qtbot.waitExposed(running.window)
    yield running
    running.close()


@pytest.fixture
def settle(application: Application, qtbot: QtBot) -> Settle:
    """Waits until all that was started has finished and is on the screen."""

    def wait() -> None:
        calm = 0
        while calm < 3:
            qtbot.waitUntil(lambda: application.settled, timeout=120_000)
            qtbot.wait(30)
            calm = calm + 1 if application.settled else 0

    return wait


@pytest.fixture
def demo(application: Application, settle: Settle) -> Application:
    """The application with the demo study, settled."""
    application.open_demo()
    settle()
    return application
