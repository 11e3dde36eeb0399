"""Cameras of the runs whose views are let go, each under its run's key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backends.data.view import ViewSettings
from widgets.volume.camera import Orbit
from widgets.volume.flat import Flat

Camera = tuple[Orbit, Flat]


def as_plain(camera: Camera) -> dict[str, Any]:
    """Return a camera as plain values for JSON."""
    orbit, flat = camera
    return {"orbit": orbit.saved(), "flat": flat.saved()}


def from_plain(saved: Mapping[str, Any]) -> Camera:
    """Return the camera that :func:`as_plain` described; what is missing is as in a new one."""
    return Orbit.restored(saved.get("orbit", {})), Flat.restored(saved.get("flat", {}))


class OwnCameras(dict[str, Camera]):
    """The cameras by run; a run without one sees what all share."""

    def follow(self, before: ViewSettings, view: ViewSettings, shared: Camera) -> None:
        """Keep what is still let go; what is let go now begins where all look from."""
        for run in [run for run in self if not view.own_camera(run)]:
            del self[run]
        for own in view.own:
            if own.camera and not before.own_of(own.run).camera:
                self.setdefault(own.run, shared)

    def saved(self) -> dict[str, Any]:
        """Return them as plain values for JSON."""
        return {run: as_plain(camera) for run, camera in self.items()}

    def restore(self, saved: Mapping[str, Any]) -> None:
        """Become what :meth:`saved` described."""
        self.clear()
        self.update({run: from_plain(camera) for run, camera in saved.items()})
