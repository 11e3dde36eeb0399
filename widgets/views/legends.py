"""The words and numbers of the views: what a colour means, how long a scale bar is."""

from __future__ import annotations

from math import floor, log10

from backends.data.view import ViewSettings
from widgets.volume.scaling import unscaled


def number(value: float) -> str:
    """Return a number short enough for a colour bar: two digits, no exponent where it reads without."""
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        digits = max(1 - floor(log10(abs(value))), 0)
        text = f"{value:.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        mantissa, power = f"{value:.0e}".split("e")
        text = f"{mantissa}·10{superscript(int(power))}"
    return text.replace("-", "−")


def superscript(value: int) -> str:
    """Return an integer in raised figures."""
    return str(value).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def round_length(at_most: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not longer."""
    power = 10.0 ** floor(log10(at_most))
    return max(m * power for m in (1.0, 2.0, 5.0) if m * power <= at_most * (1 + 1e-9))


def length(value: float) -> str:
    """Return a comoving length with its unit."""
    return f"{value:g} Mpc/h"


def quantity(view: ViewSettings, box_size: float) -> str:
    """Return what the colours of the fields stand for."""
    start, stop = min(view.depth), max(view.depth)
    if view.mode == "column" or (view.mode == "slice" and stop - start > 0.999):
        return f"Σ / Σ̄, {length(round(box_size, 1))} deep"
    if view.mode == "slice":
        return f"1 + δ, mean of {length(round((stop - start) * box_size, 1))}"
    if view.mode == "iso":
        return f"{surface(view)}, 1 + δ beneath it"
    return {"mip": "1 + δ, highest on the line of sight"}.get(view.mode, "1 + δ")


def surface(view: ViewSettings) -> str:
    """Return which surface an isosurface is."""
    return f"1 + δ = {number(view.iso_level)} surface"


def signed_quantity(view: ViewSettings, comparison: str) -> str:
    """Return what the colours of a comparison stand for."""
    on = f" on the {surface(view)}" if view.mode == "iso" else ""
    whole = view.mode == "column" or (view.mode == "slice" and max(view.depth) - min(view.depth) > 0.999)
    name = "Σ / Σ̄" if whole else "(1 + δ)"
    if comparison == "ratio":
        return f"ratio of {'Σ' if whole else '1 + δ'} to the reference{on}"
    return f"Δ {name}{on}"


def ends(limits: tuple[float, float], scaling: str, comparison: str = "field") -> tuple[str, str]:
    """Return the numbers at the two ends of a colour bar."""
    if comparison == "ratio":
        return f"÷ {number(10.0 ** limits[1])}", f"× {number(10.0 ** limits[1])}"
    if comparison == "difference":
        return number(limits[0]), f"+{number(limits[1])}"
    low, high = (number(float(unscaled(limit, scaling))) for limit in limits)
    return low, high
