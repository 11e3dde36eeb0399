"""How soon after a drop a preview is seen: ``python tests/bench/bench_first_look.py [million particles] [FILE …]``.

On a screen or under Xvfb. Snapshots of so many particles (50) are written in layouts that take HDF5 longest, and grids
of 512³ cells as .npy and as HDF5, plain and packed; or FILEs are taken as they are. Every drop has a window of its
own, which has stood for some seconds, or which was shown a moment ago. Printed are the seconds from the drop to the
frame that shows a first look, those of processor time in between, and of how many particles or cells the look was
made: the least of several drops, since others may use the machine. The files lie in the page cache.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
ROUNDS, LARGE, SMALL = 3, 1 << 21, 1 << 16
PACKED = {"compression": "gzip", "compression_opts": 4}
LAYOUTS: dict[str, tuple[str, bool, dict[str, Any]]] = {
    "float32": ("f4", False, {}),
    "float32 and masses": ("f4", True, {}),
    "gzip in chunks of 0.8 MB": ("f4", False, PACKED | {"chunks": (SMALL, 3)}),
    "shuffle, gzip in chunks of 25 MB": ("f4", False, PACKED | {"shuffle": True, "chunks": (LARGE, 3)}),
    "float64, shuffle, gzip, 50 MB": ("f8", False, PACKED | {"shuffle": True, "chunks": (LARGE, 3)}),
}
"""The numbers' type, whether there are masses, and how h5py writes the positions."""

CELLS, SIDE = 512, 500.0
GRIDS: dict[str, dict[str, Any]] = {
    "HDF5": {},
    "HDF5, gzip": PACKED,
    "HDF5, shuffle, gzip in chunks of 64³": PACKED | {"shuffle": True, "chunks": (64, 64, 64)},
}
"""How h5py writes a grid."""

DROP = """
import sys, time
from pathlib import Path
path, pause = Path(sys.argv[1]), int(sys.argv[2])
from PyQt6.QtCore import QTimer
from app.application import Application
from app.starting import window_main
create = Application.__init__
def begin(self, *given):
    create(self, *given)
    grid, began = self.window.grid, []
    scene = grid._scene
    draw = scene.present
    def drop():
        began.extend((time.perf_counter(), time.process_time()))
        self.open_paths((path,))
    def drawn():
        draw()
        if began and not scene.stale and scene.drawn:
            passed, worked = time.perf_counter() - began[0], time.process_time() - began[1]
            print(passed, worked, grid._cells[0].detail, sep=";", flush=True)
            began.clear()
            self.tasks.cancel_all()
            QTimer.singleShot(0, self.window.close)
    scene.present = drawn
    QTimer.singleShot(pause, drop)
Application.__init__ = begin
window_main([], temp_profile=True)
"""


def drop(path: Path, pause: int) -> tuple[float, float, str]:
    """Return the seconds from a drop to its first look, those of processor time, and what the view says of it.

    pause : milliseconds for which the window stands before
    """
    command = [sys.executable, "-X", "faulthandler", "-c", DROP, str(path), str(pause)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    if done.returncode:
        sys.exit(f"the window ended with {done.returncode}: {done.stderr}")
    passed, worked, said = done.stdout.strip().split(";")
    return float(passed), float(worked), said


def race(title: str, path: Path) -> None:
    """Print the soonest of several drops on windows old and new."""
    for state, pause in (("", 4000), (", at the start", 0)):
        drops = [drop(path, pause) for _ in range(ROUNDS)]
        soonest = min(drops)
        work = min(worked for _, worked, _ in drops)
        print(f"{title + state:50s} {soonest[0]:5.2f} s   {work:5.2f} s of work   {soonest[2]}", flush=True)


def race_grids(folder: Path) -> None:
    """Write a density of many cells in every way, and race over the files."""
    import h5py
    import numpy as np

    rng, coarse = np.random.default_rng(1), CELLS // 8
    lumps = np.exp(rng.standard_normal((coarse,) * 3, dtype=np.float32))
    density = np.kron(lumps, np.ones((8, 8, 8), np.float32))
    density *= np.exp(rng.standard_normal(density.shape, dtype=np.float32))
    path = folder / "grid-0.npy"
    np.save(path, density)
    path.with_name("grid-info-0.txt").write_text(f"0 0 0 {SIDE}\n", encoding="ascii")
    race(f"{CELLS}³ cells, .npy", path)
    path.unlink()
    for layout, kept in GRIDS.items():
        path = folder / "grid.hdf5"
        with h5py.File(path, "w") as file:
            file.attrs["BoxSize"], file.attrs["Redshift"] = SIDE, 0.0
            file.create_dataset("density", data=density, **kept)
        race(f"{CELLS}³ cells, {layout}", path)


def main(millions: float, paths: list[Path]) -> None:
    """Race over the files, or over every layout."""
    sys.path.insert(0, str(ROOT / "tests/bench"))
    from bench_streaming import write_snapshot

    for path in paths:
        race(path.name, path)
    for layout, (dtype, weighed, kept) in LAYOUTS.items() if not paths else ():
        with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as folder:
            path, side = Path(folder) / "snapshot.hdf5", round((millions * 1e6) ** (1 / 3))
            if "chunks" in kept:
                kept = kept | {"chunks": (min(kept["chunks"][0], side**3), 3)}
            write_snapshot(path, side, dtype, weighed, **kept)
            race(layout, path)
    if not paths:
        with tempfile.TemporaryDirectory(dir=os.environ.get("BENCH_FOLDER")) as name:
            race_grids(Path(name))


if __name__ == "__main__":
    given = sys.argv[1:]
    number = float(given.pop(0)) if given and given[0].replace(".", "", 1).isdigit() else 50.0
    main(number, [Path(name).resolve() for name in given])
