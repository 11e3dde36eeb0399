"""Real catalogues hold what their finders, and independent readers of the same files, say."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from opened_catalogue import opened

from backends.data.catalogue import Catalogue
from backends.data.description import Description
from backends.data.facts import Facts
from backends.readers import opening


class TestReal:
    """Numbers of the finders' own documentation and of independent readers of the same files."""

    Load = Callable[..., tuple[Description, Catalogue]]

    def test_compaso(self, shared_data: Path) -> None:
        folder = shared_data / "abacus_asdf/Mini_N64_L32/Mini_N64_L32/halos/z0.000/halo_info"
        description, found = opened(folder / "halo_info_001.asdf")
        assert len(description.files) == 3
        assert description.complete
        assert (description.box_size, description.redshift, description.hubble) == (32, 0, 0.6736)
        assert found.counts is not None
        assert found.counts[:5].tolist() == [10418, 8191, 2634, 1935, 1674]
        assert found.count == 381
        assert found.counts.min() == 35
        # abacusutils 2.1.2, field x_L2com, of the most massive halo
        np.testing.assert_allclose(found.positions[0], [21.8837567, 15.9862042, 27.3803564], rtol=1e-7)

    def test_one_piece_of_tng(self, shared_data: Path) -> None:
        description, found = opened(shared_data / "subfind_hdf5", member="subhalos")
        assert not description.complete
        assert {name: s.count for name, s in description.species.items()} == {"groups": 6291349, "subhalos": 4371211}
        assert "447" in description.warnings[0] or "441 more" in description.warnings[0]
        assert found.count == 3800
        _, groups = opened(shared_data / "subfind_hdf5", member="groups")
        assert groups.columns["m200c"] == pytest.approx(6.40717188e13)

    def test_rockstar(self, shared_data: Path) -> None:
        folder = shared_data / "rockstar/tangos_rockstar_14"
        description, found = opened(folder / "halos_14.0.bin")
        assert found.count == 508
        assert not description.complete
        assert found.counts is not None
        assert found.counts.sum() == 30509
        description, listed = opened(folder / "out_14.list")
        assert listed.masses[0] == 1.8774e13
        assert description.omega_m == 0.279
        _, (error,) = opening.describe([folder / "trees"])
        assert "11 columns in row 1" in str(error)

    def test_ahf_and_pinocchio(self, shared_data: Path) -> None:
        description, found = opened(
            shared_data / "tipsy/tangos_tiny_640/tiny.000640.z2.964.AHF_halos", Facts(box_size=33.63)
        )
        assert description.proposed.redshift == 2.964
        assert found.masses[0] == 2.34068e11
        path = shared_data / "pinocchio/example_500Mpc/pinocchio.0.0000.example.catalog.out"
        _, found = opened(path, Facts(box_size=500))
        assert found.count == 9461
        assert found.redshift == 0

    def test_pinocchio_counts_its_halos_as_we_do(self, shared_data: Path) -> None:
        folder = shared_data / "pinocchio/example_500Mpc"
        _, found = opened(folder / "pinocchio.0.0000.example.catalog.out", Facts(box_size=500))
        theirs = np.loadtxt(folder / "pinocchio.0.0000.example.mf.out")
        assert theirs[:, 4].sum() == found.count

    def test_trees(self, shared_data: Path) -> None:
        description, trees = opened(
            shared_data / "merger_tree/millennium_trees_csv/millenniumTestTrees.csv", Facts(box_size=62.5)
        )
        assert description.kind == "tree"
        assert trees.count == 12920
        _, forest = opened(shared_data / "merger_tree/millennium_forest_hdf5", Facts(box_size=62.5))
        assert forest.count == 10835
        for links in (trees, forest):
            assert links.descendants is not None
            assert links.ids is not None
            assert np.isin(links.descendants[links.descendants >= 0], links.ids).all()

    def test_sage(self, shared_data: Path) -> None:
        description, found = opened(shared_data / "galaxy_catalogue", Facts(box_size=62.5))
        assert found.count == 9265
        assert found.redshift == 0
        assert found.masses[0] == pytest.approx(3.60098779e13)
        assert "5101" in description.warnings[0]
