"""Pictures in motion and at rest: one view of 800 × 600 pixels, beside vispy and napari in the same run.

Run it on a screen or under Xvfb: ``python tests/bench/bench_moving.py [cells a side] [python that has napari]``. The
three show one field in the modes that come nearest to each other. Every picture is asked for by the window system,
which waits until it is drawn; times are the shortest of several turns of the camera.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[2]
SIZE = (800, 600)
# Halograph's modes and vispy's methods that come nearest.
MODES = {"mip": "mip", "dvr": "translucent", "iso": "iso", "column": "additive"}
TURNS = 2
# From nothing to a haze: a map without opacities would hide all but the first sample of a ray.
HAZE = ((0.0, 0.0, 0.0, 0.0), (1.0, 0.5, 0.2, 0.2))


def shortest(draw: Callable[[float], object]) -> float:
    """Return the seconds that one picture takes; the first one prepares, and does not count."""
    draw(0.0)
    times = []
    for turn in range(1, 1 + TURNS):
        start = time.perf_counter()
        draw(8.0 * turn)
        times.append(time.perf_counter() - start)
    return min(times)


def logarithms(values: np.ndarray) -> np.ndarray:
    """Return what the others are given, since they have no scalings."""
    return np.log10(np.maximum(values, 1e-3)).astype(np.float32)


def napari_pictures(path: str) -> None:
    """Print napari's seconds a picture; runs in a Python of its own."""
    import napari

    values = logarithms(np.load(path))
    viewer = napari.Viewer(ndisplay=3, show=True)
    layer = viewer.add_image(values, contrast_limits=(-1.0, 2.0), iso_threshold=np.log10(5.0))
    layer.colormap = napari.utils.Colormap(np.array(HAZE), name="haze")
    canvas = viewer.window._qt_viewer.canvas._scene_canvas
    canvas.native.setFixedSize(*SIZE)
    viewer.reset_view()

    def draw(azimuth: float) -> None:
        viewer.camera.angles = (0.0, azimuth, 30.0)
        canvas.native.grabFramebuffer()

    for mode, method in MODES.items():
        layer.rendering = method
        print(mode, shortest(draw), canvas.native.width(), canvas.native.height(), flush=True)


def vispy_pictures(values: np.ndarray) -> Iterator[tuple[str, float]]:
    """Yield vispy's seconds a picture."""
    from vispy import scene
    from vispy.color import Colormap

    canvas = scene.SceneCanvas(app="pyqt6", size=SIZE, show=True)
    view = canvas.central_widget.add_view()
    view.camera = scene.cameras.TurntableCamera(elevation=30.0, fov=30.0)
    volume = scene.visuals.Volume(
        logarithms(values), parent=view.scene, clim=(-1.0, 2.0), texture_format="r32f", threshold=np.log10(5.0)
    )
    volume.cmap = Colormap(HAZE)
    view.camera.set_range()

    def draw(azimuth: float) -> None:
        view.camera.azimuth = azimuth
        canvas.native.grabFramebuffer()

    for mode, method in MODES.items():
        volume.method = method
        yield mode, shortest(draw)
    canvas.close()


def own_pictures(field: object) -> Iterator[tuple[str, float, float]]:
    """Yield Halograph's seconds a picture in motion, and from rest to full quality."""
    from PyQt6.QtWidgets import QApplication

    from backends.data.view import ViewSettings
    from widgets.views.cell import Cell
    from widgets.views.field_grid import FieldGrid
    from widgets.volume import refinement
    from widgets.volume.camera import Orbit

    refinement.SMOOTHING_SECONDS = 0.0  # what is averaged after that has no share in how soon the picture is sharp
    grid = FieldGrid()
    grid.resize(*SIZE)
    grid.show_cells((Cell("a", "a", "a", "N-body"),))
    grid.set_field("a", field)
    grid.show()

    def settle() -> float:
        start = time.perf_counter()
        while not grid.is_settled():
            QApplication.processEvents()
        return time.perf_counter() - start

    scene = grid._scene
    assert scene is not None

    def draw(azimuth: float) -> None:
        scene.set_camera(Orbit(azimuth=azimuth))
        scene.renew()
        grid._pacing.show()
        grid._surface.repaint()  # as the window does in its next turn
        QApplication.processEvents()

    for mode in MODES:
        grid.set_view(ViewSettings(mode=mode))
        settle()
        for turn in range(10):
            draw(3.0 * turn)
        moving = shortest(draw)
        rests = []
        for turn in range(2):
            draw(20.0 * turn)
            grid._refresh()
            rests.append(settle())
        yield mode, moving, min(rests)
    grid.close()


def main() -> None:
    """Print one line a mode."""
    sys.path[:0] = [str(ROOT), str(ROOT / "tests")]
    from lognormal_box import lognormal_box
    from PyQt6.QtWidgets import QApplication

    n_mesh = int(sys.argv[1]) if len(sys.argv) > 1 else 256
    application = QApplication(["bench"])
    field = lognormal_box(n_mesh)
    path = f"/tmp/halograph-bench-{os.getpid()}.npy"
    np.save(path, field.values)
    told: dict[str, str] = {}
    if len(sys.argv) > 2:
        asked = [sys.argv[2], __file__, "--napari", path]
        out = subprocess.run(asked, capture_output=True, text=True, timeout=600, check=False)
        told = {line.split()[0]: line.split()[1] for line in out.stdout.splitlines() if line.split()[0] in MODES}
        if not told:
            print("napari did not answer:", out.stderr[-400:])
    Path(path).unlink()
    vispy = dict(vispy_pictures(field.values))
    print(f"{n_mesh}³ · {SIZE[0]} × {SIZE[1]} · {os.cpu_count()} cores · load {os.getloadavg()[0]:.1f}")
    for mode, moving, rest in own_pictures(field):
        other = float(told.get(mode, "nan"))
        print(
            f"{mode:7s} moving {1 / moving:6.1f} /s · napari {1 / other:6.2f} /s ({other / moving:5.1f} ×)"
            f" · vispy {1 / vispy[mode]:6.2f} /s ({vispy[mode] / moving:5.1f} ×) · full quality after {rest:5.2f} s",
            flush=True,
        )
    del application


if __name__ == "__main__":
    if sys.argv[1:2] == ["--napari"]:
        napari_pictures(sys.argv[2])
    else:
        main()
