"""Transfer functions with a name: what one usually wants to see of the cosmic web."""

from __future__ import annotations

from dataclasses import dataclass, replace

from backends.data.view import TransferFunction

Pairs = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Preset:
    """A named opacity, and where the colours of the map lie; the map itself stays the person's.

    points, stops : as in ``TransferFunction``
    """

    title: str
    tip: str
    points: Pairs
    stops: Pairs = TransferFunction().stops

    def of(self, transfer: TransferFunction) -> TransferFunction:
        """Return a transfer function in this preset."""
        return replace(transfer, points=self.points, stops=self.stops)


PRESETS = {
    "soft": Preset("Soft", "All of the web as a glow, halos brightest", TransferFunction().points),
    "filaments": Preset(
        "Filaments",
        "What lies between the sheets and the halos",
        ((0.0, 0.0), (0.3, 0.0), (0.45, 0.25), (0.6, 0.5), (0.74, 0.16), (1.0, 0.4)),
    ),
    "halos": Preset(
        "Halos only", "The densest places, and nothing around them", ((0.0, 0.0), (0.6, 0.0), (0.72, 0.3), (1.0, 1.0))
    ),
    "voids": Preset(
        "Voids",
        "The emptiest places as mist, the web as what it leaves free",
        ((0.0, 0.018), (0.04, 0.0), (0.45, 0.0), (0.65, 0.2), (1.0, 0.6)),
        ((0.0, 0.3), (0.1, 0.5), (0.7, 0.75), (1.0, 1.0)),
    ),
    "shells": Preset(
        "Shells",
        "Thin shells of a few densities, one within the other",
        (
            (0.0, 0.0), (0.32, 0.0), (0.36, 0.12), (0.4, 0.0), (0.52, 0.0), (0.56, 0.3), (0.6, 0.0),
            (0.74, 0.0), (0.79, 0.8), (0.84, 0.3), (1.0, 1.0),
        ),
    ),
}  # fmt: skip
"""By the name that commands use."""


def preset_of(transfer: TransferFunction) -> str:
    """Return which preset a transfer function is in, or "" where it is the person's own."""
    shape = (transfer.points, transfer.stops)
    return next((name for name, preset in PRESETS.items() if (preset.points, preset.stops) == shape), "")
