"""The one catalogue of a path, as the tests of catalogues ask for it."""

from __future__ import annotations

from pathlib import Path

from halo_samples import REDSHIFT, SIDE

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.readers import opening

TOLD = Facts(box_size=SIDE, redshift=REDSHIFT)


def opened(path: Path, told: Facts = Facts(), member: str = "") -> tuple[Description, Catalogue]:
    """Describe and load the one catalogue that is there."""
    (description,), refused = opening.describe([path], told)
    assert not refused
    catalogue = opening.load(description, told, member)
    assert isinstance(catalogue, Catalogue)
    return description, catalogue
