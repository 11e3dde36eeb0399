"""What panes are drawn from: what they are given, and until that is on the card what they showed a moment ago."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from typing import Any

from backends.data.view import ViewSettings
from widgets.volume.blend import Blend, parts
from widgets.volume.library import FieldLibrary
from widgets.volume.painter import Source
from widgets.volume.pane import Pane
from widgets.volume.textures import FieldTexture

# Of larger fields the card has no room for two.
MOST_BYTES = 1 << 28


class Sources:
    """Finds the textures of panes; keeps those that are drawn in place of newer ones, so that no pane goes blank."""

    def __init__(self, library: FieldLibrary) -> None:
        self._library = library
        self._before: dict[str, Pane] = {}

    def of(self, pane: Pane, view: ViewSettings) -> Source | None:
        """Return what a pane is drawn from, or None while there is nothing."""
        own, before = self._own(pane, view), self._before.get(pane.key)
        return self._own(before, view) if own is None and before is not None else own

    def texture(self, pane: Pane, view: ViewSettings) -> FieldTexture | None:
        """Return what rays go through in a pane, if there is something; a slice is no volume."""
        source = None if view.mode == "slice" else self.of(pane, view)
        return None if source is None else source.field

    def follow(self, before: Sequence[Pane], now: Sequence[Pane], view: ViewSettings) -> None:
        """Forget the fields that no pane needs, and keep what was seen of panes that are given others."""
        seen = self._before | {pane.key: pane for pane in before if self._own(pane, view) is not None}
        self._before = {
            pane.key: old
            for pane in now
            if pane.field is not None
            and self._own(pane, view) is None
            and (old := seen.get(pane.key)) is not None
            and old.comparison == pane.comparison
            and self._bytes(old) <= MOST_BYTES
        }
        self._keep_only(now)

    def release(self, panes: Sequence[Pane], view: ViewSettings) -> None:
        """Let go of what is drawn no more."""
        done = [pane.key for pane in panes if pane.key in self._before and self._own(pane, view) is not None]
        for key in done:
            del self._before[key]
        if done:
            self._keep_only(panes)

    def _own(self, pane: Pane, view: ViewSettings) -> Source | None:
        find = (lambda key: self._library.slab(key, view)) if view.mode == "slice" else self._library.texture
        field, shown = self._library.get(pane.field), self._found(pane.field, find)
        other = self._found(pane.reference, find) if pane.compares else None
        if field is None or shown is None or (pane.compares and other is None):
            return None
        over = self._found(pane.overlay, find)
        named = {"field": shown, "other": other, "overlay": over}
        later = {name: found[1:] for name, found in named.items() if found is not None and found[1] is not None}
        behind, laid = (None if found is None else found[0] for found in (other, over))
        return Source(shown[0], behind, laid, field.box_size, pane.marched, pane.overlay_kind, later)

    def _found(self, key: Hashable | None, find: Callable[[Hashable | None], Any]) -> tuple[Any, Any, float] | None:
        """Return an array's texture, and of what lies between two the later one's with its share, else None and 0."""
        blend = key if isinstance(key, Blend) and self._library.mixes(key) else None
        both = [find(part) for part in (parts(blend) if blend is not None else (key,))]
        if any(texture is None for texture in both):
            return None
        return (both[0], None, 0.0) if blend is None else (both[0], both[1], blend.share)

    def _keep_only(self, panes: Sequence[Pane]) -> None:
        self._library.keep_only(key for pane in (*panes, *self._before.values()) for key in _arrays(pane))

    def _bytes(self, pane: Pane) -> int:
        fields = [self._library.get(part) for key in _arrays(pane) for part in parts(key)]
        return sum(field.nbytes for field in fields if field is not None)


def _arrays(pane: Pane) -> list[Hashable]:
    return [key for key in (pane.field, pane.reference, pane.overlay) if key is not None]
