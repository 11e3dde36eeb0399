"""The arrays that views are drawn from, on both sides: in memory and on the graphics card."""

from __future__ import annotations

from collections.abc import Hashable, Iterable

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.view import ViewSettings
from backends.errors import NotApplicable
from widgets.volume import limits, slab, uploads
from widgets.volume.pane import Pane
from widgets.volume.textures import FieldTexture, SlabTexture, largest_3d_texture

SlabKey = tuple[Hashable, int, tuple[float, float]]
# Slabs that are remembered: enough for twelve views and a slider on its way back.
SLABS = 96


class FieldLibrary:
    """Fields by key with their textures and slabs, each made once however many panes show it.

    Parameters
    ----------
    half : bool or None
        Whether volumes are kept in half precision; None decides from their size.
    """

    def __init__(self, half: bool | None = None) -> None:
        self._fields: dict[Hashable, Field] = {}
        self._given: dict[Hashable, Field] = {}
        self._overlays: set[Hashable] = set()
        self._textures: dict[Hashable, FieldTexture] = {}
        self._slabs: dict[SlabKey, SlabTexture] = {}
        self._half = half
        self.volume_uploads = 0

    def put(self, key: Hashable, field: Field, overlay: bool = False) -> bool:
        """Keep a field of three dimensions under that key; return whether it is another one than before.

        Of an overlay a slice shows the highest value in its slab, not the mean.

        Raises
        ------
        NotApplicable
            Where it has components or another number of dimensions.
        """
        if field.values.ndim != 3:
            raise NotApplicable(f"only scalar fields on a mesh are drawn, not {field.quantity} of {field.values.shape}")
        if self._given.get(key) is field:
            return False
        self.drop(key)
        self._given[key] = field
        self._fields[key] = field if overlay else field.relative_density()
        if overlay:
            self._overlays.add(key)
        return True

    def get(self, key: Hashable | None) -> Field | None:
        """Return the field of that key, or None."""
        return None if key is None else self._fields.get(key)

    def drop(self, key: Hashable) -> None:
        """Forget a field, its texture and its slabs."""
        self._fields.pop(key, None)
        self._given.pop(key, None)
        self._overlays.discard(key)
        self._free_texture(key)
        for slab_key in [k for k in self._slabs if k[0] == key]:
            self._slabs.pop(slab_key).delete()

    def keep_only(self, keys: Iterable[Hashable]) -> None:
        """Forget every field that no pane needs."""
        wanted = set(keys)
        for key in [k for k in self._fields if k not in wanted]:
            self.drop(key)

    def note(self, key: Hashable | None) -> str:
        """Return what a view of this field must say about how it is drawn, or nothing."""
        texture = self._textures.get(key)
        return "" if texture is None else texture.note

    def texture(self, key: Hashable | None) -> FieldTexture | None:
        """Return the field's texture if there is something to draw from."""
        texture = self._textures.get(key)
        return texture if texture is not None and texture.drawable else None

    def slab(self, key: Hashable | None, view: ViewSettings) -> SlabTexture | None:
        """Return the slab that a slice shows, if it was taken already."""
        return None if key is None else self._slabs.get((key, view.axis, view.depth))

    def take_slab(self, key: Hashable, axis: int, depth: tuple[float, float]) -> NDArray[np.float32]:
        """Return what a slice shows of a field, taken and kept if it was not."""
        slab_key = (key, axis, depth)
        if slab_key not in self._slabs:
            field = self._fields[key]
            take = slab.highest if key in self._overlays else slab.mean
            self._slabs[slab_key] = SlabTexture(take(field, axis, depth), field.cell_offset)
            while len(self._slabs) > SLABS:
                self._slabs.pop(next(iter(self._slabs))).delete()
        return self._slabs[slab_key].values

    def shown(self, key: Hashable, view: ViewSettings) -> NDArray[np.float32]:
        """Return the values that a view of this field shows, for its colour range."""
        if view.mode in ("slice", "column"):
            return self.take_slab(key, view.axis, view.depth if view.mode == "slice" else (0.0, 1.0))
        return limits.shown(self._fields[key], view)

    def advance(self, panes: Iterable[Pane], view: ViewSettings) -> bool:
        """Do one small piece of what the panes still need; return whether the picture changes by it.

        The graphics context must be current.
        """
        for key in self._needed(panes):
            if view.mode == "slice":
                if (key, view.axis, view.depth) not in self._slabs:
                    self.take_slab(key, view.axis, view.depth)
                    return True
                continue
            texture = self._textures.get(key)
            half = self._wants_half(view)
            if texture is None or texture.half != half:
                self._free_texture(key)
                self._textures[key] = FieldTexture(self._fields[key], largest_3d_texture(), half)
                self.volume_uploads += 1
                return self._textures[key].drawable
            if not texture.complete:
                return texture.advance()
        return False

    def complete(self, panes: Iterable[Pane], view: ViewSettings) -> bool:
        """Whether everything that the panes need and that was given is ready to be drawn."""
        if view.mode == "slice":
            return all(self.slab(key, view) is not None for key in self._needed(panes))
        kept = [self._textures.get(key) for key in self._needed(panes)]
        return all(t is not None and t.complete and t.half == self._wants_half(view) for t in kept)

    def _wants_half(self, view: ViewSettings) -> bool:
        if view.mode not in uploads.HALF_MODES:
            return False
        total = sum(field.values.size for field in self._fields.values())
        return uploads.half_precision(view.mode, total) if self._half is None else self._half

    def _needed(self, panes: Iterable[Pane]) -> list[Hashable]:
        """Keys in the order in which they are wanted: what is shown first, then what it is compared with."""
        wanted: dict[Hashable, None] = {}
        for pane in panes:
            for key in (pane.field, pane.reference if pane.compares else None, pane.overlay):
                if key is not None and key in self._fields:
                    wanted[key] = None
        return list(wanted)

    def _free_texture(self, key: Hashable) -> None:
        texture = self._textures.pop(key, None)
        if texture is not None:
            texture.delete()
