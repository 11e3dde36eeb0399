"""consistent-trees: hlist_*.list, the halos of one snapshot, and tree_*.dat, their history (Behroozi et al. 2013)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

from backends.readers import register
from backends.readers.files.text_table import Head
from backends.readers.halos.rockstar_list import KPC, stated
from backends.readers.halos.text import Layout, TextCatalogue, complete_layout, placed

COLUMNS = {
    "scale_factors": ("scale",),
    "ids": ("id",),
    "descendants": ("desc_id",),
    "hosts": ("pid",),
    "masses": ("mvir", "m200b", "m200c"),
    "radii": ("rvir", "r200b", "r200c"),
    "x": ("x",),
    "y": ("y",),
    "z": ("z",),
    "vx": ("vx",),
    "vy": ("vy",),
    "vz": ("vz",),
    "vmax": ("vmax",),
    "m200c": ("m200c",),
}

TREE = re.compile(r"^tree_(\d{1,4})_(\d{1,4})_(\d{1,4})\.dat$")


class ConsistentTrees(TextCatalogue):
    """What both kinds of file share: the headings, each with its number in brackets."""

    is_tree: bool

    def layout(self, path: Path, start: Head) -> Layout | None:
        if not start.comments or not start.rows:
            return None
        names = [re.sub(r"\(\d+\)$", "", name) for name in start.comments[0].split()]
        columns = placed(names, COLUMNS)
        if (
            [name.lower() for name in names[:1]] != ["scale"]
            or "descendants" not in columns
            or not complete_layout(columns)
        ):
            return None
        # A file of trees says how many they are before the first, and names the root of each.
        if (len(start.rows[0].split()) == 1) != self.is_tree:
            return None
        header = "\n".join(start.comments)
        return Layout(
            finder="consistent-trees",
            columns={name: place for name, place in columns.items() if self.is_tree or name != "scale_factors"},
            factors={"radii": KPC},
            skip=int(self.is_tree),
            kind="tree" if self.is_tree else "catalogue",
            box_size=stated(header, r"^Full box size = (\S+) Mpc/h"),
            redshift=None if self.is_tree else _redshift(start, columns),
            hubble=stated(header, r"\bh0 = ([^;\s]+)"),
            omega_m=stated(header, r"\bOmega_M = ([^;\s]+)"),
        )


@register("consistent-trees-hlist")
class ConsistentTreesHlist(ConsistentTrees):
    label = "consistent-trees list"
    format = "consistent-trees-hlist"
    is_tree = False


@register("consistent-trees")
class ConsistentTreesForest(ConsistentTrees):
    """The box is cut into as many files a side; every tree is whole in one of them."""

    label = "consistent-trees merger trees"
    format = "consistent-trees"
    is_tree = True

    def pieces(self, path: Path) -> tuple[Path, ...]:
        if not TREE.match(path.name):
            return (path,)
        return tuple(sorted((f for f in path.parent.iterdir() if TREE.match(f.name) and f.is_file()), key=_cell))

    def incomplete(self, files: Sequence[Path]) -> str:
        cells = [_cell(file) for file in files if TREE.match(file.name)]
        side = max((max(cell) + 1 for cell in cells), default=1)
        return f"{len(cells)} of {side**3} files of trees are there." if 0 < len(cells) < side**3 else ""


def _cell(path: Path) -> tuple[int, ...]:
    match = TREE.match(path.name)
    return tuple(int(number) for number in match.groups()) if match else ()


def _redshift(start: Head, columns: Mapping[str, int]) -> float | None:
    """The redshift of the first halo, which in a list is that of all."""
    words = start.rows[0].split()
    if "scale_factors" not in columns or len(words) <= columns["scale_factors"]:
        return None
    scale_factor = stated(words[columns["scale_factors"]], r"^(\S+)$")
    return None if scale_factor is None else max(0.0, 1 / scale_factor - 1)
