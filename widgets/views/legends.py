"""The words and numbers of the views: what a colour means, how long a scale bar is."""

from __future__ import annotations

from math import floor, inf, log10

from backends.data.place_words import depth
from backends.data.view import ViewSettings
from widgets.volume.scaling import unscaled


def number(value: float, apart: float = inf) -> str:
    """Return a number short enough for a colour bar: two digits, no exponent where it reads without.

    Of two that are so far ``apart`` as many digits are written as tell by how much.
    """
    if value == 0:
        return "0"
    if 1e-3 <= abs(value) < 1e4:
        digits = max(1 - floor(log10(min(abs(value), max(apart, 1e-6)))), 0)
        text = f"{value:.{digits}f}"
        text = text.rstrip("0").rstrip(".") if "." in text else text
    else:
        mantissa, power = f"{value:.1e}".replace(".0e", "e").split("e")
        text = f"{mantissa}·10{superscript(int(power))}"
    return text.replace("-", "−")


def superscript(value: int) -> str:
    """Return an integer in raised figures."""
    return str(value).translate(str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"))


def round_length(at_most: float) -> float:
    """Return the largest of 1, 2 or 5 times a power of ten that is not longer."""
    power = 10.0 ** floor(log10(at_most))
    return max(m * power for m in (1.0, 2.0, 5.0) if m * power <= at_most * (1 + 1e-9))


def is_mass(view: ViewSettings, mean_density: float | None) -> bool:
    """Whether columns are counted as mass."""
    return view.mode == "column" and view.column_unit == "mass" and mean_density is not None


def column_unit(view: ViewSettings, box_size: float, mean_density: float | None) -> float:
    """Return what a column of 1 is in the unit that the colour bar counts in: (Msun/h) / (Mpc/h)², or its mean.

    Parameters
    ----------
    mean_density : of matter, (Msun/h) / (Mpc/h)³, or None where it is not known
    """
    if mean_density is None or not is_mass(view, mean_density):
        return 1.0
    return mean_density * box_size * min(abs(high - low) for low, high in view.clip)


def redshift(z: float) -> str:
    """Return a redshift as views say it."""
    return f"z = {z:.3g}".replace("-", "−")


def quantity(view: ViewSettings, box_size: float, mean_density: float | None = None) -> str:
    """Return what the colours of the fields stand for."""
    if is_mass(view, mean_density):
        return "Σ  [(Msun/h) / (Mpc/h)²]"
    if view.mode == "column":
        return "Σ / mean Σ"
    if view.mode == "plane":
        over = "highest" if view.plane.highest else "mean"
        return f"1 + δ, {over} of {depth(view.plane.thickness * box_size, box_size)}"
    start, stop = min(view.depth), max(view.depth)
    if view.mode == "slice" and stop == start:
        return "1 + δ"
    if view.mode == "slice" and stop - start > 0.999:
        return f"Σ / mean Σ, {depth(box_size, box_size)} deep"
    if view.mode == "slice":
        return f"1 + δ, mean of {depth((stop - start) * box_size, box_size)}"
    if view.mode == "iso":
        return f"{surface(view)}, 1 + δ beneath it"
    dimmed = ", dimmed by what is in front" if view.attenuation > 0 else ""
    return {"mip": f"1 + δ, highest on the line of sight{dimmed}"}.get(view.mode, "1 + δ")


def surface(view: ViewSettings) -> str:
    """Return which surfaces the isosurfaces are."""
    levels = sorted({one.level for one in view.isosurfaces})
    return f"1 + δ = {', '.join(number(level) for level in levels)} surface{'s' if len(levels) > 1 else ''}"


def signed_quantity(view: ViewSettings, comparison: str, mean_density: float | None = None) -> str:
    """Return what the colours of a comparison stand for."""
    if comparison == "difference" and is_mass(view, mean_density):
        return "ΔΣ  [(Msun/h) / (Mpc/h)²]"
    if comparison == "ratio" and view.mode == "iso":
        return f"ratio to the reference, {surface(view)}"  # shortly, for narrow views
    on = f" on the {surface(view)}" if view.mode == "iso" else ""
    whole = view.mode == "column" or (view.mode == "slice" and max(view.depth) - min(view.depth) > 0.999)
    name = "Σ / mean Σ" if whole else "(1 + δ)"
    if comparison == "ratio":
        return f"ratio of {'Σ' if whole else '1 + δ'} to the reference"
    return f"Δ {name}{on}"


def overlaid(
    view: ViewSettings,
    kind: str,
    label: str,
    limits: tuple[float, float],
    error: float,
    unit: float = 1.0,
    mean_density: float | None = None,
) -> tuple[str, tuple[str, str]]:
    """Return what the colours of an overlay stand for, and the numbers at their two ends.

    Parameters
    ----------
    label : whose it is; of an attribution what has full colour, in means of its map
    limits : scaled range of the fields, which a density shares;  error : what is drawn with full colour
    unit : what a value of 1 counts as
    """
    if kind == "density":
        return f"{label}, laid over", ends(limits, view.scaling, unit=unit)
    if kind == "error":
        return f"Error to {label}, |{signed_quantity(view, 'difference', mean_density)}|", ("0", number(unit * error))
    return "attribution / its mean", ("1", label)


def ends(limits: tuple[float, float], scaling: str, comparison: str = "field", unit: float = 1.0) -> tuple[str, str]:
    """Return the numbers at the two ends of a colour bar; ``unit`` is what a value of 1 counts as."""
    if comparison == "ratio":
        return f"÷ {number(10.0 ** limits[1])}", f"× {number(10.0 ** limits[1])}"
    if comparison == "difference":
        return number(unit * limits[0]), f"+{number(unit * limits[1])}"
    low, high = (unit * float(unscaled(limit, scaling)) for limit in limits)
    return number(low, abs(high - low)), number(high, abs(high - low))
