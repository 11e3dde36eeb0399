"""The arrays that views are drawn from, on both sides: in memory and on the graphics card."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from concurrent.futures import Future
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from backends.data.field import Field
from backends.data.periodic import depth_in_box
from backends.data.view import ViewSettings
from backends.errors import NotApplicable
from widgets.volume import modes, pages, slab, uploads
from widgets.volume.blend import Blend, parts
from widgets.volume.paged import PagedTexture, pageable
from widgets.volume.pages import Need
from widgets.volume.pane import Pane
from widgets.volume.passage import Carrier
from widgets.volume.textures import FieldTexture, SlabTexture, largest_3d_texture

SlabKey = tuple[Hashable, int, tuple[float, float]]
# Slabs that are remembered: enough for twelve views and a slider on its way back.
SLABS = 96
# Modes whose numbers are sums over a ray.
FULL_MODES = ("column",)
# What one field may take on the card; a larger one is drawn from means, and from pages of what is seen.
FIELD_BYTES = 2 << 30


class FieldLibrary:
    """Fields by key with their textures and slabs, each made once however many panes show it.

    Parameters
    ----------
    carrier : Carrier
        Takes slabs, and fields to the card.
    half : bool
        Whether volumes are kept in half precision where that is enough: sums along rays are taken of single precision.
    """

    def __init__(self, carrier: Carrier, half: bool = True) -> None:
        self._carrier = carrier
        self._fields: dict[Hashable, Field] = {}
        self._given: dict[Hashable, Field] = {}
        self._overlays: set[Hashable] = set()
        self._textures: dict[Hashable, FieldTexture] = {}
        self._stand_ins: dict[Hashable, FieldTexture] = {}
        self._leaving: list[FieldTexture] = []
        self._slabs: dict[SlabKey, SlabTexture] = {}
        self._taking: dict[SlabKey, Future[NDArray[np.float32]]] = {}
        self._newest: dict[tuple[Hashable, int], SlabKey] = {}
        self._editions: dict[Hashable, int] = {}
        self.changes = 0
        self._seen: tuple[object, ...] = ()
        self._half = half
        self.field_bytes, self.page_side = FIELD_BYTES, pages.SIDE
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
        self._editions[key] = self.changes
        if overlay:
            self._overlays.add(key)
        return True

    def take_over(self, other: FieldLibrary) -> None:
        """Keep everything that was given to another one."""
        for key, field in other._given.items():
            self.put(key, field, key in other._overlays)

    def get(self, key: Hashable | None) -> Field | None:
        """Return the field of that key, or None; of what lies between two the nearer one, told the time between."""
        if not isinstance(key, Blend):
            return None if key is None else self._fields.get(key)
        if self.edition(key) is None:
            return None
        shown = key.redshift if self.mixes(key) else key.nearest_redshift
        return replace(self._fields[key.nearest], redshift=shown)

    def mixes(self, key: Blend) -> bool:
        """Whether both fields are mixed where they are drawn; of those with pages the nearer one is drawn."""
        return not any(isinstance(self._textures.get(part), PagedTexture) for part in parts(key))

    def edition(self, key: Hashable | None) -> Hashable | None:
        """Return what no other field has or had, or None where there is no field of that key."""
        if not isinstance(key, Blend):
            return self._editions.get(key)
        both = tuple(self._editions.get(part) for part in parts(key))
        return None if None in both else both

    def drop(self, key: Hashable) -> None:
        """Forget a field, its texture and its slabs."""
        self.changes += 1
        for kept in (self._fields, self._given, self._editions):
            kept.pop(key, None)
        self._overlays.discard(key)
        self._free_texture(key)
        for slab_key in [k for k in self._slabs if k[0] == key]:
            self._slabs.pop(slab_key).delete()
        for slab_key in [k for k in self._taking if k[0] == key]:
            self._taking.pop(slab_key).cancel()

    def keep_only(self, keys: Iterable[Hashable]) -> None:
        """Forget every field that no pane needs."""
        wanted = {part for key in keys for part in parts(key)}
        for key in [k for k in self._fields if k not in wanted]:
            self.drop(key)

    def note(self, key: Hashable | None) -> str:
        """Return what a view of this field must say about how it is drawn, or nothing."""
        if isinstance(key, Blend):
            said = key.words if self.mixes(key) else key.nearest_words
            return " · ".join(words for words in (said, self.note(key.nearest)) if words)
        texture = self._textures.get(key)
        return "" if texture is None else texture.note

    def texture(self, key: Hashable | None) -> FieldTexture | None:
        """Return the field's texture if there is something to draw from; the one before serves until there is."""
        key = key.nearest if isinstance(key, Blend) else key
        kept = (self._textures.get(key), self._stand_ins.get(key))
        return next((texture for texture in kept if texture is not None and texture.drawable), None)

    def slab(self, key: Hashable | None, view: ViewSettings) -> SlabTexture | None:
        """Return the slab that a slice shows; until it is taken, the last one that was."""
        if key is None:
            return None
        wanted = (key, view.axis, depth_in_box(view))
        return self._slabs.get(wanted) or self._slabs.get(self._newest.get((key, view.axis), wanted))

    def advance(self, panes: Iterable[Pane], view: ViewSettings) -> bool:
        """Start and take up what the panes still need; return whether the picture changes by it.

        The graphics context must be current.
        """
        needed = self._needed(panes)
        seen = self._advance_slabs(needed, view) if view.mode == "slice" else self._advance_textures(needed, view)
        self._delete_one()
        changed, self._seen = seen != self._seen, seen
        return changed

    def _advance_slabs(self, needed: list[Hashable], view: ViewSettings) -> tuple[object, ...]:
        wanted = [(key, view.axis, depth_in_box(view)) for key in needed]
        for slab_key in [k for k in self._taking if k not in wanted]:
            # A slider moves faster than slabs are taken: what it has passed is not wanted any more.
            if self._taking[slab_key].cancel():
                del self._taking[slab_key]
        for slab_key in wanted:
            if slab_key not in self._slabs and slab_key not in self._taking:
                self._taking[slab_key] = self._take(*slab_key)
        for slab_key in [k for k, taken in self._taking.items() if taken.done()]:
            key, axis, _ = slab_key
            self._slabs[slab_key] = SlabTexture(self._taking.pop(slab_key).result(), self._fields[key].cell_offset)
            self._newest[key, axis] = slab_key
            while len(self._slabs) > SLABS:
                self._slabs.pop(next(iter(self._slabs))).delete()
        return tuple(self.slab(key, view) for key in needed)

    def _take(self, key: Hashable, axis: int, depth: tuple[float, float]) -> Future[NDArray[np.float32]]:
        field, take = self._fields[key], slab.highest if key in self._overlays else slab.mean
        return self._carrier.compute(lambda: take(field, axis, depth))

    def _advance_textures(self, needed: list[Hashable], view: ViewSettings) -> tuple[object, ...]:
        half = self._halved(needed, view)
        for key in needed:
            texture = self._textures.get(key)
            if texture is None or not _serves(texture, half, view):
                texture = self._replace_texture(key, half, modes.highest(view))
            texture.want(modes.highest(view))
            texture.advance()
            if texture.complete:
                self._leave(self._stand_ins.pop(key, None))
        return tuple(
            (kept, kept.drawable, kept.complete, kept.edition) for kept in (self._textures[key] for key in needed)
        )

    def _halved(self, needed: Iterable[Hashable], view: ViewSettings) -> bool:
        """Whether half precision will do: not for sums, nor beside one of single precision.

        A maximum of one field may be found elsewhere in the other's rounded numbers, though both are the same.
        """
        kept = (self._textures.get(key) for key in needed)
        return self._half and view.mode not in FULL_MODES and all(one is None or one.half for one in kept)

    def _replace_texture(self, key: Hashable, half: bool, highest: bool) -> FieldTexture:
        """Begin a field's texture; one of less precision is seen until it is there, one of more serves all modes."""
        before = self._textures.pop(key, None)
        if before is not None:
            self._leave(self._stand_ins.pop(key, None))
            self._stand_ins[key] = before
        self._textures[key] = self._new_texture(self._fields[key], half, highest)
        self.volume_uploads += 1
        return self._textures[key]

    def _new_texture(self, field: Field, half: bool, highest: bool) -> FieldTexture:
        driver, fits = largest_3d_texture(), int((self.field_bytes / (2 if half else 4)) ** (1 / 3) + 1e-6)
        largest = min(driver, fits)
        if not pageable(field, uploads.reduction(field.grid, largest)):
            largest = uploads.filled(field.grid, largest)
        if pageable(field, uploads.reduction(field.grid, largest)):
            return PagedTexture(field, largest, half, self._carrier, self.field_bytes, self.page_side, highest)
        return FieldTexture(field, largest, half, self._carrier, highest)

    def seek(self, needs: Callable[[Pane], Need], panes: Iterable[Pane]) -> None:
        """Tell fields with pages what the panes need to see of them."""
        kept = {key: t for key, t in self._textures.items() if isinstance(t, PagedTexture)}
        for key, texture in kept.items():
            shown = [pane for pane in panes if key in (*parts(pane.field), *parts(pane.reference))]
            texture.seek([needs(pane) for pane in shown])

    def complete(self, panes: Iterable[Pane], view: ViewSettings) -> bool:
        """Whether everything that the panes need and that was given is ready to be drawn."""
        if view.mode == "slice":
            return all((key, view.axis, depth_in_box(view)) in self._slabs for key in self._needed(panes))
        needed = self._needed(panes)
        half = self._halved(needed, view)
        kept = [self._textures.get(key) for key in needed]
        return all(t is not None and t.complete and _serves(t, half, view) for t in kept)

    @property
    def tidies(self) -> bool:
        """Whether something that nobody fills any more waits to be deleted."""
        return any(texture.idle for texture in self._leaving)

    def close(self) -> None:
        """Stop what is under way."""
        for texture in (*self._textures.values(), *self._stand_ins.values()):
            texture.leave()

    def _needed(self, panes: Iterable[Pane]) -> list[Hashable]:
        """Keys in the order in which they are wanted: what is shown first, then what it is compared with."""
        wanted: dict[Hashable, None] = {}
        for pane in panes:
            for key in (pane.field, pane.reference if pane.compares else None, pane.overlay):
                for one in (one for one in parts(key) if one in self._fields):
                    wanted[one] = None
        return list(wanted)

    def _free_texture(self, key: Hashable) -> None:
        for kept in (self._textures, self._stand_ins):
            self._leave(kept.pop(key, None))

    def _leave(self, texture: FieldTexture | None) -> None:
        if texture is not None:
            texture.leave()
            self._leaving.append(texture)

    def _delete_one(self) -> None:
        """Delete what nobody fills any more, one a turn: half a gigabyte takes tens of milliseconds to give back."""
        idle = next((texture for texture in self._leaving if texture.idle), None)
        if idle is not None:
            self._leaving.remove(idle)
            idle.delete()


def _serves(texture: FieldTexture, half: bool, view: ViewSettings) -> bool:
    """Whether a texture is precise enough, and its cells are what the mode looks for."""
    return (half or not texture.half) and texture.serves(modes.highest(view))
