"""What one cell of the grid shows."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass, replace

from widgets.volume.pane import MARCHED


@dataclass(frozen=True)
class Cell:
    """One view of the grid.

    key : unique: a run's key, or ``f"{run}:difference"``
    run : key of the run
    field : key of the array that is shown
    label, detail : what the chip says, and what it adds quietly
    briefer : what it says instead where there is no room, the longest first
    colour : the run's, as the theme shows it
    comparison : "field", or one with ``reference_field``
    reference_field : key of the reference's array; of a field alone it is not drawn, and decides the automatic colours
    against : name of the reference, where two faces are seen in one view
    against_run, against_colour : key and colour of the reference, where the run is compared with it
    overlay : key of the second field that is laid over it, or None
    overlay_kind : "attribution", "density" or "error"
    overlay_label : whose it is, where that is another run's; of an attribution what has full colour, in its means
    halos, against_halos : keys of the catalogues drawn over it, or None: its own, and the reference's where it is seen
    state : "ready", "loading" or "failed"
    progress : share of the loading that is done, or None where unknown
    message : what is going on, or what went wrong with its remedy
    series : what the snapshots of a run over time have in common, whose automatic colours share one scale
    """

    key: str
    run: str
    field: Hashable
    label: str
    detail: str = ""
    colour: str = "#ffffff"
    comparison: str = "field"
    reference_field: Hashable | None = None
    against: str = ""
    against_colour: str = "#ffffff"
    overlay: Hashable | None = None
    overlay_kind: str = "attribution"
    overlay_label: str = ""
    halos: Hashable | None = None
    state: str = "ready"
    progress: float | None = None
    message: str = ""
    series: Hashable | None = None
    against_run: str = ""
    against_halos: Hashable | None = None
    briefer: tuple[str, ...] = ()

    @property
    def ringed(self) -> tuple[Cell, ...]:
        """The cell as it is ringed: by its run's halos, and where the reference is seen in it by that one's too."""
        if self.against_halos is None:
            return (self,)
        whose = (self.against_run, self.against_colour, self.against_halos)
        return self, replace(self, run=whose[0], colour=whose[1], halos=whose[2], against_halos=None)

    @property
    def drawn(self) -> tuple[Hashable, ...]:
        """Keys of the arrays that its comparison is drawn from."""
        return (self.field,) if self.comparison == "field" else (self.field, self.reference_field)

    @property
    def marched(self) -> str:
        """The comparison that its colours show: those of two faces in one view are the fields' own."""
        return self.comparison if self.comparison in MARCHED else "field"
