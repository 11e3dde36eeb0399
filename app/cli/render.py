"""``halograph render``: a picture of a run, with no display."""

from __future__ import annotations

import argparse
import re

from app.cli.parsing import add_facts, facts, path
from app.cli.progress_bar import progress_bar
from backends.data.view import PARTICLE_COLOURS, ParticleLook


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("paths", nargs="+", type=path, metavar="PATH", help="the run, or several side by side")
    parser.add_argument("--out", type=path, required=True, metavar="FILE", help="the picture, a PNG")
    parser.add_argument(
        "--mode",
        choices=("dvr", "column", "mip", "attenuated", "iso", "plane", "particles"),
        default="column",
        help="density volume, column density (default), maximum, maximum dimmed by what lies in front, isosurfaces, "
        "a plane through the middle that faces the viewer, or all particles as light that adds up",
    )
    parser.add_argument(
        "--levels",
        type=levels,
        default=None,
        metavar="A,B,…",
        help="of up to four isosurfaces, in units of the mean density (default: 5); outer ones let inner ones be seen",
    )
    parser.add_argument(
        "--colour",
        choices=PARTICLE_COLOURS,
        default="column",
        help="of particles: their column density (default), 1+δ where they are, their speed, their velocity along the "
        "line of sight, the direction of their motion, their mass or their species",
    )
    parser.add_argument("--points", action="store_true", help="draw particles as points that hide each other")
    parser.add_argument("--mass", action="store_true", help="count columns in (Msun/h) / (Mpc/h)², not over their mean")
    parser.add_argument("--size", type=size, default=(1280, 960), metavar="WxH", help="pixels (default: 1280x960)")
    parser.add_argument(
        "--camera",
        type=camera,
        default=None,
        metavar="AZ,EL,ZOOM",
        help="azimuth and elevation in degrees, and zoom (1 shows the whole box)",
    )
    parser.add_argument(
        "--compare",
        choices=("difference", "ratio", "wipe", "checkerboard"),
        default="field",
        help="draw every other PATH against the first: its difference or ratio, or both in one picture, left and "
        "right of a divider or in alternating squares",
    )
    parser.add_argument(
        "--overlay",
        choices=("reference", "error"),
        default="",
        help="lay the first PATH's density over all others, or how far they are off it",
    )
    parser.add_argument("--species", metavar="NAME", help="draw one species alone (default: all matter but tracers)")
    add_facts(parser)


def run(options: argparse.Namespace) -> int:
    from app.exporting.pictures import render_files

    with progress_bar("Drawing") as progress:
        render_files(
            options.paths,
            told=facts(options),
            out=options.out,
            mode=options.mode,
            levels=options.levels,
            mass=options.mass,
            particles=ParticleLook(options.colour, options.points),
            compare=options.compare,
            overlay=options.overlay,
            size=options.size,
            camera=options.camera,
            species=options.species,
            progress=progress,
        )
    print(f"Wrote {options.out}")
    return 0


def size(text: str) -> tuple[int, int]:
    """Read WxH."""
    found = re.fullmatch(r"(\d{1,5})[x×](\d{1,5})", text)
    if not found or not all(16 <= int(side) <= 16384 for side in found.groups()):
        raise argparse.ArgumentTypeError(f"{text!r} is no size; say WxH in pixels, e.g. 1920x1080, each 16 to 16384")
    return int(found[1]), int(found[2])


def levels(text: str) -> tuple[float, ...]:
    """Read A,B,…"""
    try:
        found = tuple(float(piece) for piece in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} are no levels; say up to four numbers, e.g. 2,10,50") from None
    if not (1 <= len(found) <= 4 and all(0 < level < 1e9 for level in found)):
        raise argparse.ArgumentTypeError(f"{text!r}: say one to four levels, each above 0 times the mean density")
    return found


def camera(text: str) -> tuple[float, float, float]:
    """Read AZ,EL,ZOOM."""
    try:
        azimuth, elevation, zoom = (float(piece) for piece in text.split(","))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text!r} is no camera; say AZ,EL,ZOOM, e.g. 30,20,1.5") from None
    if not (abs(azimuth) <= 3600 and abs(elevation) <= 90 and 0.01 <= zoom <= 100):
        raise argparse.ArgumentTypeError(f"{text!r}: elevation must be within ±90 degrees and zoom within 0.01 to 100")
    return azimuth, elevation, zoom
