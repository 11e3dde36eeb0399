"""Particles in motion and at rest: pictures a second, and seconds until all of them are drawn."""

from __future__ import annotations

import argparse
import os
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))


def main() -> None:
    """Draw clustered particles without a display, as the window draws them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=float, default=1e7, help="particles")
    parser.add_argument("--size", type=int, nargs=2, default=(800, 600), help="pixels")
    parser.add_argument("--pixels", type=float, default=2.0, help="diameter of a particle")
    parser.add_argument("--pictures", type=int, default=20, help="in motion")
    asked = parser.parse_args()
    os.environ.setdefault("EGL_PLATFORM", "surfaceless")
    os.environ.setdefault("PYOPENGL_PLATFORM", "egl")
    from lognormal_box import lognormal_box
    from vispy import gloo

    from backends.data.particles import Particles
    from backends.data.view import ParticleLook, ViewSettings
    from widgets.volume.camera import Orbit
    from widgets.volume.pane import Pane
    from widgets.volume.scene import Scene
    from widgets.volume.swarm import Swarm

    size, count, box = (asked.size[0], asked.size[1]), int(asked.count), 100.0
    field = lognormal_box(64, smoothing=1.0)
    rng = np.random.default_rng(0)
    weights = field.values.ravel().astype(np.float64)
    cells = rng.choice(weights.size, count, p=weights / weights.sum())
    places = np.stack(np.unravel_index(cells, field.values.shape), axis=1).astype(np.float32)
    places += rng.random((count, 3), dtype=np.float32)
    held = Particles(places * np.float32(box / 64), box)
    scene = Scene("egl", size)
    print(str(gloo.gl.glGetParameter(gloo.gl.GL_RENDERER)))
    pane = Pane("a", (0, 0, *size), "field")
    scene.show([pane])
    scene.put("field", replace(field, box_size=box))
    scene.put_swarm("field", Swarm((held,)))
    look = ParticleLook(pixels=asked.pixels)
    scene.set_view(ViewSettings(mode="particles", particles=look))

    begun = time.perf_counter()
    while not scene.stale:
        scene.advance(0.012)
    scene.draw()
    gloo.finish()
    print(f"first picture after {time.perf_counter() - begun:6.2f} s")
    scene.finish()
    print(f"all on the card after {time.perf_counter() - begun:4.1f} s: {8 * count / 2**20:.0f} MiB")

    taken, shares = [], []
    for turn in range(asked.pictures):
        scene.set_camera(Orbit(azimuth=3.0 * turn))
        scene.advance(0.0)
        start = time.perf_counter()
        scene.draw()
        gloo.finish()
        taken.append(time.perf_counter() - start)
        shares.append(scene.swarms.shares[0])
    late = slice(asked.pictures // 2, None)
    print(
        f"in motion {1 / np.median(taken[late]):6.1f} pictures/s, "
        f"{np.median(shares[late]) * count:,.0f} particles in each"
    )

    time.sleep(scene.refines_in or 0.0)
    start, batches = time.perf_counter(), []
    while not scene.swarms.done:
        batch = time.perf_counter()
        scene.refine()
        batches.append(time.perf_counter() - batch)
    scene.draw()
    gloo.finish()
    seconds = time.perf_counter() - start
    print(f"at rest complete after {seconds:5.2f} s, longest batch {1000 * max(batches):.0f} ms")
    scene.close()


if __name__ == "__main__":
    main()
