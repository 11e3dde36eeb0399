"""How long pictures take: six views of 900 × 550 pixels in all, on this machine's EGL driver.

Run it by itself: ``python tests/bench/bench_volume.py [cells a side …]``. Times are the best of three.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
os.environ.setdefault("EGL_PLATFORM", "surfaceless")
os.environ.setdefault("PYOPENGL_PLATFORM", "egl")

from lognormal_box import lognormal_box  # noqa: E402
from vispy import gloo  # noqa: E402

from backends.data.view import CuttingPlane, Isosurface, ViewSettings  # noqa: E402
from widgets.volume.arrangement import rectangles  # noqa: E402
from widgets.volume.pane import Pane  # noqa: E402
from widgets.volume.quality import FULL, LEVELS, Level  # noqa: E402
from widgets.volume.scene import Scene  # noqa: E402

SIZE = (900, 550)
NESTED = (Isosurface(2.0, 0.2), Isosurface(5.0, 0.4), Isosurface(20.0))
VIEWS = {
    "slice": ViewSettings(mode="slice"),
    "plane": ViewSettings(mode="plane", plane=CuttingPlane(thickness=0.1)),
    "column": ViewSettings(mode="column"),
    "maximum": ViewSettings(mode="mip"),
    "attenuated": ViewSettings(mode="mip", attenuation=4.0),
    "volume": ViewSettings(mode="dvr", light=0.0),
    "lit": ViewSettings(mode="dvr"),
    "surface": ViewSettings(mode="iso"),
    "nested": ViewSettings(mode="iso", isosurfaces=NESTED),
}


def best(draw: Callable[[], object]) -> float:
    """Return the shortest of three times, in milliseconds."""
    times = []
    for _ in range(3):
        start = time.perf_counter()
        draw()
        times.append(time.perf_counter() - start)
    return 1e3 * min(times)


def measure(n_mesh: int) -> None:
    """Print one line per mode for fields of that size."""
    scene = Scene("egl", SIZE)
    places = rectangles(6, *SIZE)
    panes = [Pane(str(i), place, i % 3) for i, place in enumerate(places)]
    panes[-1] = Pane("difference", places[-1], 1, "difference", 0)
    scene.show(panes)
    for key in range(3):
        scene.put(key, lognormal_box(n_mesh, smoothing=1.0 * key))
    for name, view in VIEWS.items():
        scene.set_view(view)
        start = time.perf_counter()
        scene.finish()
        ready = 1e3 * (time.perf_counter() - start)
        scene.draw()
        frame = scene._easel.fine
        assert frame is not None

        def draw(level: Level, frame: object = frame) -> None:
            scene._draw_all(frame, level)  # type: ignore[arg-type]

        line = [
            f"{level.scale:g}/{level.step:g}: {best(lambda at=level: draw(at)):7.1f}" for level in (FULL, *LEVELS[2:])
        ]  # type: ignore[misc]
        print(f"{n_mesh:4d}³ {name:10s} ready {ready:7.1f} ms; picture at scale/step  {'  '.join(line)}", flush=True)
    scene.close()


if __name__ == "__main__":
    probe = Scene("egl", (8, 8))
    probe.canvas.set_current()
    print(gloo.gl.glGetParameter(gloo.gl.GL_RENDERER), "·", os.cpu_count(), "cores · load", os.getloadavg()[0])
    for asked in sys.argv[1:] or ("64", "128", "256"):
        measure(int(asked))
