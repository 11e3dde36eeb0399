"""Rings of halos: which ones are drawn, where on the screen, and which one lies under the pointer."""

from __future__ import annotations

from collections.abc import Collection, Hashable
from dataclasses import dataclass
from functools import lru_cache
from math import floor, log10

import numpy as np
from numpy.typing import NDArray
from PyQt6.QtCore import QPointF, QRectF, Qt
from PyQt6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from backends.data import periodic
from backends.data.catalogue import Catalogue
from backends.halos.partner import partner
from widgets.views import face_marks, legends, lines, marks
from widgets.views.cell import Cell
from widgets.views.sheet import Halo, Rectangle, Sheet
from widgets.volume.flat import PLANES

SMALLEST = 2.5
# Comoving radius in Mpc/h of a halo of 1e14 Msun/h whose file gives none: 200 times the mean at Ω_m = 0.3.
USUAL_RADIUS = 1.13
# A pointer so near to a small ring, in pixels, touches it.
REACH = 6.0
NAME = 38.0
"""Pixels at the top of a cell that hold its name."""
CHOSEN = QColor("#ffffff")
# What sets a ring off from bright colours, and how a reference's is broken where it lies over a run's, in its widths.
SHADOW, GLEAM = QColor(8, 12, 16, 120), QColor(238, 243, 248, 170)
DASHES = (4.0, 3.0)
FEWEST = 4
"""Dashes of the smallest ring: of fewer it would be a C."""


@dataclass(frozen=True, eq=False)
class Rings:
    """The rings of one cell.

    halos : (n,) places in the catalogue;  middles : (n, 2) pixels of the sheet;  radii : (n,) pixels
    """

    halos: NDArray[np.int64]
    middles: NDArray[np.float64]
    radii: NDArray[np.float64]


def radii(catalogue: Catalogue) -> NDArray[np.float64]:
    """Return the halos' radii, Mpc/h: R200c where it is known, else the file's, else those of the usual density."""
    usual = USUAL_RADIUS * np.cbrt(catalogue.masses / 1e14)
    known = catalogue.columns.get("r200c", catalogue.radii)
    return usual if known is None else np.where(np.isfinite(known) & (known > 0), known, usual)


def rings(sheet: Sheet, cell: Cell, rectangle: Rectangle, only: Collection[int] = ()) -> Rings | None:
    """Return the rings that a cell shows: those of the most massive halos in sight, or None where it shows none.

    In a slice a ring is the circle that the slab cuts out of the halo, and one that crosses the wall of the
    periodic box comes in again on the other side. With ``only``, those of these halos, however light they are.
    """
    catalogue = sheet.catalogues.get(cell.halos)
    if catalogue is None or catalogue.count == 0:
        return None
    view = sheet.view_of(cell)
    wanted = np.array(sorted(only)) if only else np.flatnonzero(catalogue.masses >= view.rings.least)
    places = periodic.as_drawn(catalogue.positions[wanted] / catalogue.box_size, view)
    sizes = radii(catalogue)[wanted] / catalogue.box_size
    if view.mode == "slice":
        return _in_slice(sheet, cell, rectangle, wanted, places, sizes)
    low, high = np.sort(np.asarray(view.clip), axis=1).T
    kept = _heaviest(catalogue, wanted, ((places >= low) & (places <= high)).all(axis=1), view.rings.count)
    x, y, width, height = rectangle
    orbit = sheet.camera(cell.key)[0]
    pixels, depth = orbit.project(places[kept], width, height)
    before = depth > 0
    scale = orbit.scale_at(depth, width, height)
    seen = kept[before]
    return Rings(wanted[seen], pixels[before] + np.array([x, y]), np.maximum(sizes[seen] * scale[before], SMALLEST))


def _in_slice(
    sheet: Sheet,
    cell: Cell,
    rectangle: Rectangle,
    wanted: NDArray[np.int64],
    places: NDArray[np.float64],
    sizes: NDArray[np.float64],
) -> Rings:
    view, (x, y, width, height) = sheet.view_of(cell), rectangle
    flat = sheet.camera(cell.key)[1]
    start, stop = min(view.depth), max(view.depth)
    middle, half = (start + stop) / 2, (stop - start) / 2
    # The nearest image of a halo decides how far the slab is from its centre.
    off = np.maximum(np.abs((places[:, view.axis] - middle + 0.5) % 1.0 - 0.5) - half, 0.0)
    catalogue = sheet.catalogues[cell.halos]
    kept = _heaviest(catalogue, wanted, off < sizes, view.rings.count)
    cut = np.sqrt(sizes[kept] ** 2 - off[kept] ** 2)
    right, up = PLANES[view.axis]
    across = places[kept][:, [right, up]]
    halos, middles, found = [], [], []
    for shift in np.ndindex(3, 3):
        moved = across + (np.array(shift) - 1.0)
        inside = ((moved + cut[:, None] > 0.0) & (moved - cut[:, None] < 1.0)).all(axis=1)
        halos.append(wanted[kept[inside]])
        middles.append(moved[inside])
        found.append(cut[inside])
    pixels = np.array([flat.pixel(p[0], p[1], width, height) for p in np.concatenate(middles)]).reshape(-1, 2)
    scale = width / flat.extent(width, height)[0]
    return Rings(np.concatenate(halos), pixels + np.array([x, y]), np.maximum(np.concatenate(found) * scale, SMALLEST))


def _heaviest(catalogue: Catalogue, wanted: NDArray[np.int64], kept: NDArray[np.bool_], most: int) -> NDArray[np.int64]:
    """Return the places, among the wanted, of the most massive halos that are kept."""
    inside = np.flatnonzero(kept)
    if len(inside) <= most:
        return inside
    masses = catalogue.masses[wanted[inside]]
    return inside[np.sort(np.argpartition(-masses, most - 1)[:most])]


def touched(sheet: Sheet, cell: Cell, rectangle: Rectangle, x: float, y: float) -> Halo | None:
    """Return the run and the place of the halo whose ring lies under a pixel: the smallest of those that do."""
    best: tuple[float, Halo] | None = None
    for side in cell.ringed:
        found = rings(sheet, side, rectangle)
        if found is None or not face_marks.part(sheet, cell, rectangle, side is not cell).contains(QPointF(x, y)):
            continue
        apart = np.hypot(found.middles[:, 0] - x, found.middles[:, 1] - y)
        for at in np.flatnonzero(apart <= np.maximum(found.radii, REACH)):
            size = float(found.radii[at] + 1e-3 * apart[at])
            if best is None or size < best[0]:
                best = size, (side.run, int(found.halos[at]))
    return None if best is None else best[1]


def position(sheet: Sheet, halo: Halo) -> tuple[float, float, float]:
    """Return where a halo lies, fractions of the box."""
    catalogue = sheet.catalogues[listed(sheet, halo[0])]
    return periodic.point(catalogue.positions[halo[1]] / catalogue.box_size)


def listed(sheet: Sheet, run: str) -> Hashable | None:
    """Return the key of a run's catalogue, whichever cell its rings are drawn in."""
    sides = (side for cell in sheet.cells for side in cell.ringed)
    return next((side.halos for side in sides if side.run == run and side.halos is not None), None)


def same_halo(sheet: Sheet, cell: Cell, halo: Halo | None) -> int | None:
    """Return the place in a cell's catalogue of a halo of its own run, or of its partner where it is another's."""
    mine = sheet.catalogues.get(cell.halos)
    if halo is None or mine is None:
        return None
    run, place = halo
    if run == cell.run:
        return place if place < mine.count else None
    theirs = sheet.catalogues.get(listed(sheet, run))
    if theirs is None or place >= theirs.count or abs(theirs.box_size / mine.box_size - 1) > 1e-3:
        return None
    return _partner(theirs, place, mine)


@lru_cache(maxsize=64)
def _partner(first: Catalogue, halo: int, second: Catalogue) -> int | None:
    """Return what is asked for at every step of the pointer."""
    return partner(first, halo, second)


def paint(painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, base: QFont) -> None:
    """Draw a cell's rings in its run's colour; the pointed halo, the selected one and their partners stand out.

    Where the reference is seen in it too, its rings have its own colour; in a difference or a ratio, where both are
    seen at one place, they are dashed.
    """
    told: list[tuple[Cell, Rings, int]] = []
    for side in reversed(cell.ringed):
        painter.save()
        shown = face_marks.part(sheet, cell, rectangle, side is not cell)
        painter.setClipPath(shown, Qt.ClipOperation.IntersectClip)
        found = _with_named(sheet, side, rectangle)
        both = cell.marched != "field"
        halo = None if found is None else _draw(painter, sheet, side, found, dashed=both and side is not cell)
        painter.restore()
        if found is not None and halo is not None and halo in found.halos:
            middle = QPointF(*found.middles[int(np.flatnonzero(found.halos == halo)[0])])
            if shown.contains(middle):
                told.append((side, found, halo))
    # One card a view: of two runs' halos at one place the pointed one says what there is to say.
    told.sort(key=lambda one: sheet.halo is not None and sheet.halo[0] == one[0].run)
    if told:
        side, found, halo = told[-1]
        _label(painter, sheet, side, rectangle, found, halo, base)


def _with_named(sheet: Sheet, cell: Cell, rectangle: Rectangle) -> Rings | None:
    """Return the rings of a cell, and those of the halos that are pointed at or selected though they are too light."""
    found = rings(sheet, cell, rectangle)
    named = {same_halo(sheet, cell, halo) for halo in (sheet.halo, sheet.view.rings.chosen)}
    missing = [halo for halo in named if halo is not None and found is not None and halo not in found.halos]
    more = rings(sheet, cell, rectangle, missing) if missing else None
    if found is None or more is None:
        return found
    return Rings(
        np.concatenate((found.halos, more.halos)),
        np.concatenate((found.middles, more.middles)),
        np.concatenate((found.radii, more.radii)),
    )


def dashes(radius: float, width: float) -> tuple[float, float]:
    """Return a dash and a gap, in widths of the pen, that go round a ring of that radius a whole number of times."""
    around = 2 * np.pi * radius / width
    each = around / max(round(around / sum(DASHES)), FEWEST)
    return DASHES[0] * each / sum(DASHES), DASHES[1] * each / sum(DASHES)


def _draw(painter: QPainter, sheet: Sheet, cell: Cell, found: Rings, dashed: bool) -> int | None:
    """Draw the rings of one run; return the halo of which something is said."""
    hovered, chosen = (same_halo(sheet, cell, halo) for halo in (sheet.halo, sheet.view.rings.chosen))
    colour = QColor(cell.colour)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    # A reference's ring is as white as no difference: there it is dark, and set off by what is bright.
    on_white = dashed and lines.ink(sheet, cell) is lines.DARK
    faint = QColor(lines.DARK if on_white else colour)
    pointed = sheet.halo or sheet.view.rings.chosen
    faint.setAlpha(235 if pointed is None else 130)
    thin = QPen(faint, 1.3)
    # Halos lie where the data are brightest, or as bright as the ring, which alone would be lost there.
    painter.setPen(QPen(GLEAM if on_white else SHADOW, 2.6))
    for halo, (across, along), radius in zip(found.halos, found.middles, found.radii, strict=True):
        if halo not in (hovered, chosen):
            painter.drawEllipse(QPointF(across, along), radius, radius)
    painter.setPen(thin)
    for halo, (across, along), radius in zip(found.halos, found.middles, found.radii, strict=True):
        if halo not in (hovered, chosen):
            if dashed:
                thin.setDashPattern(dashes(radius, thin.widthF()))
                painter.setPen(thin)
            painter.drawEllipse(QPointF(across, along), radius, radius)
    for halo, pen in ((chosen, QPen(CHOSEN, 2.2)), (hovered, QPen(colour.lighter(130), 2.6))):
        for at in np.flatnonzero(found.halos == halo) if halo is not None else ():
            middle, radius = QPointF(*found.middles[at]), max(float(found.radii[at]), 4.0)
            painter.setPen(QPen(QColor(8, 12, 16, 190), pen.widthF() + 2.4))
            painter.drawEllipse(middle, radius, radius)
            painter.setPen(pen)
            painter.drawEllipse(middle, radius, radius)
    return hovered if hovered is not None else chosen


def _label(
    painter: QPainter, sheet: Sheet, cell: Cell, rectangle: Rectangle, found: Rings, halo: int, base: QFont
) -> None:
    """Say a halo's mass beside its ring; all there is to say where the pointer is."""
    x, y, width, height = rectangle
    own = sheet.halo is not None and sheet.halo[0] == cell.run
    catalogue = sheet.catalogues[cell.halos]
    said = facts(catalogue, halo) if own and width > 260 else (mass(sheet, cell, halo), *kin(catalogue, halo))
    small = marks.font(base, 11)
    metrics = QFontMetricsF(small)
    wide, tall = max(metrics.horizontalAdvance(line) for line in said) + 16, 16.0 * len(said) + 8
    at = int(np.flatnonzero(found.halos == halo)[0])
    middle, radius = QPointF(*found.middles[at]), float(found.radii[at])
    card = card_beside(middle, radius + 8, wide, tall, QRectF(x, y, width, height))
    marks.plate(painter, card)
    painter.setFont(small)
    for row, line in enumerate(said):
        painter.setPen(marks.LIGHT if row == 0 else marks.QUIET)
        box = QRectF(card.left() + 8, card.top() + 4 + 16 * row, wide, 16)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, line)


def card_beside(middle: QPointF, reach: float, wide: float, tall: float, cell: QRectF) -> QRectF:
    """Return where a card of that size says something of a ring: beside, below or above it, below the cell's name.

    reach : pixels from the ring's middle that stay free; where there is no room for that, the card covers some
    """
    room = cell.adjusted(4, NAME, -4, -4)
    right, below = max(room.left(), room.right() - wide), max(room.top(), room.bottom() - tall)
    left, top = min(max(middle.x() - wide / 2, room.left()), right), min(max(middle.y() - tall / 2, room.top()), below)
    places = (
        QRectF(middle.x() + reach, top, wide, tall),
        QRectF(middle.x() - reach - wide, top, wide, tall),
        QRectF(left, middle.y() + reach, wide, tall),
        QRectF(left, middle.y() - reach - tall, wide, tall),
    )
    beside = QRectF(min(max(middle.x() + reach, room.left()), right), top, wide, tall)
    return next((place for place in places if room.contains(place)), beside)


def mass(sheet: Sheet, cell: Cell, halo: int) -> str:
    """Return a halo's mass in words."""
    return f"{_number(float(sheet.catalogues[cell.halos].masses[halo]))} Msun/h"


def facts(catalogue: Catalogue, halo: int) -> tuple[str, ...]:
    """Return what is known of a halo, the mass first, each with its unit."""
    x, y, z = catalogue.positions[halo]
    said = [f"{_number(float(catalogue.masses[halo]))} Msun/h", f"at {x:.2f}, {y:.2f}, {z:.2f} Mpc/h"]
    if catalogue.counts is not None:
        said.append(f"{int(catalogue.counts[halo]):,} particles".replace(",", " "))
    r200c = catalogue.columns.get("r200c")
    if r200c is not None and np.isfinite(r200c[halo]) and r200c[halo] > 0:
        said.append(f"R200c {r200c[halo]:.3f} Mpc/h")
    elif catalogue.radii is not None and catalogue.radii[halo] > 0:
        said.append(f"radius {catalogue.radii[halo]:.3f} Mpc/h")
    m200c = catalogue.columns.get("m200c")
    if m200c is not None and np.isfinite(m200c[halo]) and m200c[halo] > 0:
        said.append(f"M200c {_number(float(m200c[halo]))} Msun/h")
    return (*said, *kin(catalogue, halo))


def kin(catalogue: Catalogue, halo: int) -> tuple[str, ...]:
    """Return what a halo came from and what it becomes, masses in Msun/h; nothing where that was not looked for."""
    if catalogue.kin is None:
        return ()
    said, before, after = [], catalogue.kin.before, catalogue.kin.after
    if before is not None:
        count, main = int(before.descent.progenitors[halo]), int(before.descent.progenitor[halo])
        time = legends.redshift(round(before.redshift, 4))
        if not count:
            said.append(f"in no halo at {time}")
        else:
            one = f"{_number(float(before.masses[main]))} Msun/h at {time}"
            said.append(f"from {one}" if count == 1 else f"from {count} halos, the main {one}")
    if after is not None:
        heir, time = int(after.descent.descendant[halo]), legends.redshift(round(after.redshift, 4))
        if heir < 0:
            said.append(f"in no halo at {time}")
        else:
            verb = "becomes" if after.descent.progenitor[heir] == halo else "merges into"
            said.append(f"{verb} {_number(float(after.masses[heir]))} Msun/h at {time}")
    return tuple(said)


def _number(value: float) -> str:
    """Return a mass with three digits and its power of ten."""
    if not value > 0:
        return "0"
    power = floor(log10(value))
    mantissa = f"{value / 10.0**power:.2f}"
    if mantissa == "10.00":
        mantissa, power = "1.00", power + 1
    return f"{mantissa}·10{legends.superscript(power)}"
