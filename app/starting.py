"""Starts the window: checks that there is a display, shows the window first, then loads."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from backends.data.facts import Facts
from backends.errors import InputError, MachineError, UnreadableFile
from backends.writers.whole import require_writable

ADVICE = (
    "Start it on a desktop, or in a virtual screen (xvfb-run halograph …); "
    "'halograph compare' and 'halograph render' need no display"
)

LONGEST_END = 2.0
"""Seconds that what is read while the window closes may take to notice it."""


def window_main(
    paths: Sequence[Path],
    *,
    reference: Path | None = None,
    told: Facts = Facts(),
    screenshot: Path | None = None,
    temp_profile: bool = False,
    demo: bool = False,
) -> int:
    """Open the window on these paths and return the exit status when it is closed.

    Parameters
    ----------
    reference : Path, optional
        Which of the paths all others are compared with; the first one otherwise.
    screenshot : Path, optional
        Where to save the window as PNG once everything it started has finished; then it closes. Whatever it shows is
        saved, a refusal as well.
    temp_profile : bool
        Whether to leave the user's settings alone.
    demo : bool
        Whether to open the demo study.

    Raises
    ------
    InputError
        Where a path does not exist, the screenshot's is a folder, or nothing to be photographed could be opened.
    MachineError
        Where there is no display, or the screenshot cannot be written.
    """
    if reference is not None:
        paths = [reference, *(p for p in paths if p.resolve() != reference.resolve())]
    for path in paths:
        if not os.path.exists(path):
            raise UnreadableFile(path, "does not exist", "Check its name, and that you may open its folder")
    if screenshot is not None:
        require_writable(screenshot)
    check_display()
    from PyQt6.QtCore import Qt, QTimer
    from PyQt6.QtWidgets import QApplication

    QApplication.setAttribute(Qt.ApplicationAttribute.AA_ShareOpenGLContexts)
    qt = QApplication.instance() or QApplication([sys.argv[0]])
    assert isinstance(qt, QApplication)
    qt.setApplicationName("Halograph")
    qt.setDesktopFileName("halograph")

    from app.application import Application
    from app.defects import survived
    from app.loading import prepare_computing, prepare_reading
    from app.settings import Settings

    application = Application(Settings(temp_profile))
    application.window.show()
    said: list[str] = []
    ended = threading.Event()
    _end_on_signals(qt)

    def get_ready() -> None:
        prepare_reading()
        # Else something was dropped already, and a look at it comes before statistics.
        if application.tasks.idle and not ended.is_set():
            prepare_computing()

    def begin() -> None:
        if screenshot is None:
            application.offer_restore()
        if demo:
            application.open_demo()
        elif paths:
            ordered = reference is not None or all(map(os.path.isfile, paths))
            application.open_paths(tuple(paths), told, in_order=ordered)
        else:
            # By the time that a person has found a file, nothing is left to be imported. Python waits for it at its
            # end: HDF5 ends by calling what h5py had not yet told it to forget.
            threading.Thread(target=get_ready, name="halograph-prepare").start()

    QTimer.singleShot(0, begin)
    if screenshot is not None:
        from app.screenshot import Screenshot

        def taken(why: str) -> None:
            said.append(why)
            application.window.close()

        Screenshot(application, screenshot, taken)

    def failed(text: str) -> None:
        application.say_failure(text, stays=True)
        if screenshot is not None:
            said.append(text)
            application.window.close()

    with survived(failed):
        code = qt.exec()
    ended.set()
    application.close(keep_study=code > 128)
    if not application.tasks.ended(LONGEST_END):
        sys.stdout.flush()
        os._exit(code)  # Python's own end would wait for ever for the lock under which a thread reads HDF5
    if any(said):
        raise MachineError(said[0])
    if screenshot is not None and paths and application.document.study.is_empty:
        raise InputError("; ".join(application.window.messages.messages()) or "nothing could be opened")
    return code


def check_display() -> None:
    """Raise ``MachineError`` where Qt would end the process for want of a display."""
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "xcb") not in ("xcb", "wayland"):
        return
    if os.environ.get("WAYLAND_DISPLAY"):
        return
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise MachineError(f"There is no display to open a window on. {ADVICE}")
    host, _, rest = display.rpartition(":")
    if host in ("", "unix") and not _answers(rest.split(".")[0]):
        raise MachineError(f"The display {display} does not answer. {ADVICE}")


def _answers(number: str) -> bool:
    # An X server may listen in the abstract name space alone.
    name = f"/tmp/.X11-unix/X{number}"
    for address in (name, f"\0{name}"):
        with socket.socket(socket.AF_UNIX) as probe:
            probe.settimeout(1)
            try:
                probe.connect(address)
            except OSError:
                continue
            return True
    return False


def _end_on_signals(qt: object) -> None:
    """Let Ctrl+C and a polite kill end the event loop, with the status that shells expect."""
    from PyQt6.QtCore import QTimer
    from PyQt6.QtWidgets import QApplication

    assert isinstance(qt, QApplication)
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda received, _frame: QApplication.exit(128 + received))
    # Python looks at signals only between its own instructions: give it some.
    beat = QTimer(qt)
    beat.setInterval(200)
    beat.timeout.connect(time.monotonic)
    beat.start()
