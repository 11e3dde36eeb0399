"""Works for the views while the window lives on: arrays in one thread, uploads in another with a context of its own."""

from __future__ import annotations

import atexit
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from queue import SimpleQueue
from typing import TypeVar

from PyQt6 import sip
from PyQt6.QtCore import QObject, QThread, pyqtSignal
from PyQt6.QtGui import QOffscreenSurface, QOpenGLContext
from PyQt6.QtOpenGLWidgets import QOpenGLWidget

from backends.engine.courtesy import give_way
from widgets.volume.passage import Cargo, Here

T = TypeVar("T")
# What PyOpenGL imports at the first call that is given such an argument.
ARRAYS = ("numpymodule", "ctypesarrays", "ctypespointers", "nones", "strings")
# The picture may change when a field is there coarsely, and when it is there whole.
Said = Callable[[], None]


class Uploads(QThread):
    """Takes fields to the card in a context that shares the canvas's textures.

    Parameters
    ----------
    shared : QOpenGLContext
        The canvas's; the thread ends before it does.
    said : callable
        Called, from the thread, whenever a field has come so far that the picture changes.
    """

    def __init__(self, shared: QOpenGLContext, said: Said) -> None:
        super().__init__()
        self._said = said
        self._ending = False
        self._waiting: SimpleQueue[Cargo | None] = SimpleQueue()
        self._first: deque[Cargo] = deque()
        self._context = QOpenGLContext()
        self._context.setFormat(shared.format())
        self._context.setShareContext(shared)
        self._surface = QOffscreenSurface()
        self._surface.setFormat(shared.format())
        self._surface.create()
        self.works = self._context.create() and QOpenGLContext.areSharing(self._context, shared)
        self._home = QThread.currentThread()
        if self.works:
            _running.add(self)
            shared.aboutToBeDestroyed.connect(self.end)
            self._context.moveToThread(self)
            self.start()

    def take(self, passage: Cargo) -> None:
        """Take it to the card after those that came before."""
        self._waiting.put(passage)

    def take_first(self, cargo: Cargo) -> None:
        """Take it before all else, also before the next step of what is under way."""
        self._first.append(cargo)
        self._waiting.put(cargo)

    def end(self) -> None:
        """Leave what is not uploaded yet, and wait for the thread to end."""
        if self in _running:
            self._ending = True
            self._waiting.put(None)
            self.wait()
            _running.discard(self)
            # In the thread that made them, not in whichever collects the garbage.
            sip.delete(self._context)
            sip.delete(self._surface)

    def run(self) -> None:
        """Upload until told to end."""
        give_way()
        self.works = self._context.makeCurrent(self._surface)
        while (cargo := self._waiting.get()) is not None:
            if not cargo.ended:
                self._carry(cargo)
        self._context.doneCurrent()
        self._context.moveToThread(self._home)

    def _carry(self, cargo: Cargo) -> None:
        coarse = False
        for _ in cargo.steps() if self.works else ():
            cargo.unwanted |= self._ending
            if cargo.coarse_there and not coarse:
                coarse = True
                self._said()
            while self._first:
                hurried = self._first.popleft()
                if hurried is not cargo and not hurried.ended:
                    self._carry(hurried)
        cargo.ended = True
        self._said()


# A thread that is collected while it runs takes the process with it.
_running: set[Uploads] = set()


@atexit.register
def _end_all() -> None:
    for uploads in list(_running):
        uploads.end()


class Background(QObject):
    """The canvas's :class:`Carrier` in a window. Without a second context uploads are steps of the window's thread."""

    arrived = pyqtSignal()
    """Something that was asked for is ready; emitted from any thread."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._arrays = ThreadPoolExecutor(1, "halograph-views")
        self._canvas: QOpenGLWidget | None = None
        self._uploads: Uploads | None = None
        self._here = Here()

    def share(self, canvas: QOpenGLWidget) -> None:
        """Upload to the textures of this canvas."""
        self._canvas = canvas
        # A tenth of a second that the first field would wait for, in the window's thread.
        for module in ("OpenGL.GL", *(f"OpenGL.arrays.{kind}" for kind in ARRAYS)):
            self._arrays.submit(import_module, module)

    @property
    def works_here(self) -> bool:
        """Whether uploads are under way in the window's own thread."""
        return self._here.works_here

    def compute(self, work: Callable[[], T]) -> Future[T]:
        """Do work on arrays."""
        future = self._arrays.submit(work)
        future.add_done_callback(lambda _: self._say())
        return future

    def upload(self, passage: Cargo) -> None:
        """Take a field, or particles, to the card."""
        uploads = self._working()
        if uploads is not None:
            uploads.take(passage)
        else:
            self._here.upload(passage)

    def carry_first(self, cargo: Cargo) -> bool:
        """Take this along before all else, where there is a second context."""
        uploads = self._working()
        if uploads is not None:
            uploads.take_first(cargo)
        return uploads is not None

    def step(self) -> bool:
        """Do one step of what is under way in the window's thread."""
        return self._here.step()

    def close(self) -> None:
        """Stop what is under way; the canvas's context may go then."""
        self._arrays.shutdown(wait=False, cancel_futures=True)
        if self._uploads is not None:
            self._uploads.end()

    def _working(self) -> Uploads | None:
        if self._uploads is None:
            self._uploads = self._begin()
        return self._uploads if self._uploads is not None and self._uploads.works else None

    def _begin(self) -> Uploads | None:
        context = None if self._canvas is None else self._canvas.context()
        return None if context is None else Uploads(context, self._say)

    def _say(self) -> None:
        if not sip.isdeleted(self):
            try:
                self.arrived.emit()
            except RuntimeError:  # the window went this moment, and with it whoever waited
                return
