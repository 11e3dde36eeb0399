"""How soon the window is usable and shows the demo: ``python tests/bench/bench_start.py``, on a screen or under Xvfb.

Every start is a process of its own, timed from before Python begins: until the window answers its first event, until
the first field is in sight, and until every view is drawn in full quality. The first start of a fresh machine reads
all modules from the disk; the median is of the others.
"""

from __future__ import annotations

import statistics
import subprocess
import sys
import time
from pathlib import Path

ROUNDS = 5
ROOT = Path(__file__).parents[2]

START = """
import sys, time
began = float(sys.argv.pop())
def told(what):
    print(what, time.time() - began, flush=True)
from PyQt6.QtCore import QTimer
from app.application import Application
from app.starting import window_main
seen = set()
def once(what):
    if what not in seen:
        seen.add(what)
        told(what)
create = Application.__init__
def begin(self, *given):
    create(self, *given)
    QTimer.singleShot(0, lambda: once("usable"))
    grid = self.window.grid
    draw = grid._scene.present
    def drawn():
        draw()
        if grid._scene.drawn and not grid._scene.stale:
            QTimer.singleShot(0, lambda: once("first picture"))
    grid._scene.present = drawn
    def full():
        if len(seen) > 1 and all(cell.state == "ready" for cell in grid._cells):
            once("all of it")
            QTimer.singleShot(0, self.window.close)
    grid.frame_drawn.connect(full)
Application.__init__ = begin
window_main([], demo=True, temp_profile=True)
"""


def start() -> dict[str, float]:
    """Return the seconds at which a new process came so far."""
    command = [sys.executable, "-c", START, str(time.time())]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    lines = (line.rsplit(" ", 1) for line in done.stdout.splitlines())
    return {what: float(seconds) for what, seconds in lines}


def main() -> None:
    """Print the first start and the median of the others."""
    starts = [start() for _ in range(ROUNDS + 1)]
    for what in ("usable", "first picture", "all of it"):
        rest = statistics.median(times[what] for times in starts[1:])
        print(f"{what:14s} first start {starts[0][what]:5.2f} s   then {rest:5.2f} s")


if __name__ == "__main__":
    main()
