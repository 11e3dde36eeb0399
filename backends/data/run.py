"""One simulation or one model's output, and where it came from."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path

from backends.data.description import Description
from backends.data.facts import Facts

ROLES = ("reference", "input", "prediction")


@dataclass(frozen=True)
class Network:
    """The network that made a run, where it is at hand to be run and explained.

    architecture : registered name, e.g. "unet"
    weights : safetensors file
    parameters : how many trainable numbers it has
    """

    architecture: str
    weights: Path
    parameters: int


@dataclass(frozen=True)
class Origin:
    """Where a run's arrays come from: enough to read them again.

    fingerprint : of the file as a session knew it, by which it is recognised elsewhere; "" where none knew it
    size : of the file as a session knew it, bytes; None where none knew it, and of a folder
    opened : how often it was opened again because it could not be read: what was kept of it before is nothing to it
    """

    path: Path
    format: str
    member: str = ""
    fingerprint: str = field(default="", compare=False)
    size: int | None = field(default=None, compare=False)
    opened: int = 0


@dataclass(frozen=True)
class Epoch:
    """One of a run's snapshots over time.

    redshift : as the file says, or as it was told when the snapshots were gathered
    told : what the user corrected while this one was looked at
    """

    origin: Origin
    description: Description = field(compare=False)
    redshift: float
    told: Facts = Facts()


@dataclass(frozen=True)
class Realisation:
    """One of a run's boxes that differ by chance alone; ``label`` is what it was called by itself."""

    origin: Origin
    description: Description = field(compare=False)
    label: str


@dataclass(frozen=True)
class Run:
    """One run of a study: light, comparable, serialisable; its arrays live in the store.

    key : unique in the study and never shown
    told : what the user corrected; wins over the description
    halos : key of the run that lists its halos, a catalogue; "" where they are found in its particles
    epochs : its snapshots, earliest first, where it is looked at over time; ``origin`` is one of theirs
    realisations : its boxes, where statistics are taken over several; ``origin`` is the one in sight
    assumed_box : side of its box, Mpc/h, where nobody stated one and it was taken from others
    """

    key: str
    label: str
    colour: str
    role: str
    origin: Origin
    description: Description = field(compare=False)
    told: Facts = Facts()
    visible: bool = True
    network: Network | None = None
    epochs: tuple[Epoch, ...] = ()
    halos: str = ""
    realisations: tuple[Realisation, ...] = ()
    assumed_box: float | None = None

    @property
    def warnings(self) -> tuple[str, ...]:
        """What is odd, missing, inferred or assumed, as sentences."""
        if self.assumed_box is None or self.told.box_size != self.assumed_box:
            return self.description.warnings
        said = f"Its box is taken to be as wide as the others', {self.assumed_box:g} Mpc/h; correct it where it is not."
        return (*self.description.warnings, said)

    @property
    def facts(self) -> Facts:
        """What is known: what the user told, else what the file says."""
        known = self.told.over(self.description.facts_of(self.origin.member))
        told_unit = self.told.length_unit is not None and self.told.box_size is None
        return replace(known, box_size=self.description.box_in(self.told, self.origin.member)) if told_unit else known

    @property
    def data_key(self) -> tuple[object, ...]:
        """What the run's arrays depend on: equal keys, equal numbers."""
        return (self.origin, self.description.stamp, self.told)

    @property
    def measured_key(self) -> tuple[object, ...]:
        """What the run's statistics depend on: all its realisations, whichever is in sight."""
        if not self.realisations:
            return self.data_key
        return (tuple((one.origin, one.description.stamp) for one in self.realisations), self.told)
