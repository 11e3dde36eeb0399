"""Whose halos a run has: its own, a catalogue's beside it, distinct ones or with those that lie in others."""

from __future__ import annotations

from pathlib import Path

import halo_samples
import numpy as np
import pytest
from merging_halos import BOX, FIRST, PARTICLE, REDSHIFTS, SIZES, write_catalogue, write_snapshots

from app.exporting.runs import open_run
from backends.data.catalogue import Catalogue
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.data.store import Store
from backends.errors import NotApplicable
from backends.readers import opening
from backends.statistics import registry
from backends.statistics.sample import Sample

ANY, ALL = Parameters(), Parameters(substructure=True)


def sample(path: Path, member: str = "", catalogue: Sample | None = None) -> Sample:
    run = open_run(path, Facts(), "prediction", path.stem)
    made = run.sample(Store(1 << 28))
    if member:
        made = type(run)(run.label, run.description, run.told, member).sample(Store(1 << 28))
    made.catalogue, made.box_size, made.redshift = catalogue, BOX, run.description.redshift
    return made


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write_snapshots(tmp_path, sorted_by_halo=True)
    for number in range(3):
        write_catalogue(tmp_path, number)
    return tmp_path


def test_a_catalogue_beside_a_snapshot_lists_its_halos(folder: Path) -> None:
    groups = sample(folder / "fof_subhalo_tab_000.hdf5", "groups")
    found = sample(folder / "snap_000.hdf5").measured_halos(ANY)
    run = sample(folder / "snap_000.hdf5", catalogue=groups)
    assert run.measured_halos(ANY).members is None  # as the views ask, which have no use for them
    listed = run.measured_halos(ANY, columns=("ids",))
    assert found.count == listed.count == 3
    assert found.masses.tolist() == listed.masses.tolist() == [PARTICLE * size for size in SIZES.values()]
    # what the file says of M200c stands; M200m, of which it says nothing, is that of the matter around
    np.testing.assert_allclose(listed.columns["m200c"], 0.5 * listed.masses, rtol=1e-6)
    np.testing.assert_allclose(listed.columns["m200b"], found.columns["m200b"], rtol=0.02)
    assert listed.members is not None
    for halo, (name, size) in enumerate(SIZES.items()):
        ids = listed.members.ids[listed.members.starts[halo] : listed.members.starts[halo + 1]]
        assert sorted(ids) == list(range(FIRST[name], FIRST[name] + size))
    result = registry()["halo-mass-function"].compute(run, None, Parameters(halo_mass="200c"), lambda *_: None)
    assert result.parameters["finder"] == "fof, M200c"
    assert result["count"].sum() == 3


def test_rows_of_a_snapshot_that_is_not_sorted_are_no_members(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "mixed").mkdir()
    mixed = write_snapshots(tmp_path / "mixed")[0]
    run = sample(mixed, catalogue=sample(folder / "fof_subhalo_tab_000.hdf5", "groups"))
    assert run.halos(ANY, columns=("ids",)).members is None


def test_a_catalogue_of_another_time_or_box_is_refused(folder: Path) -> None:
    run = sample(folder / "snap_002.hdf5", catalogue=sample(folder / "fof_subhalo_tab_000.hdf5", "groups"))
    with pytest.raises(NotApplicable, match=r"another time .*z = 2\.000 and 0\.000"):
        run.halos(ANY)
    run = sample(folder / "snap_000.hdf5", catalogue=sample(folder / "fof_subhalo_tab_000.hdf5", "groups"))
    run.box_size = 2 * BOX
    with pytest.raises(NotApplicable, match="another box"):
        run.halos(ANY)


def test_halos_in_others_are_left_out_unless_they_are_asked_for(folder: Path) -> None:
    subhalos = sample(folder / "fof_subhalo_tab_000.hdf5", "subhalos")
    assert (subhalos.halos(ANY).count, subhalos.halos(ANY).left_out) == (3, 1)
    assert subhalos.halos(ALL).count == 4
    counted = [registry()["halo-mass-function"].compute(subhalos, None, p, lambda *_: None) for p in (ANY, ALL)]
    assert [one.parameters["halos"] for one in counted] == ["distinct", "with substructure"]
    assert [one["count"].sum() for one in counted] == [3, 4]
    assert counted[0].notes[-1] == "A halo that lies in another one is left out."


@pytest.mark.parametrize("name", ["two-point-correlation", "power-spectrum", "pairwise-velocity"])
def test_clustering_is_of_distinct_halos_and_says_so(name: str, tmp_path: Path) -> None:
    halo_samples.subfind_hdf5(tmp_path / "cat.hdf5", np.random.default_rng(3))
    subhalos = sample(tmp_path / "cat.hdf5", "subhalos")
    found = [registry()[name].compute(subhalos, None, p, lambda *_: None) for p in (ANY, ALL)]
    assert [one.parameters["halos"] for one in found] == ["distinct", "with substructure"]
    assert [one.parameters.get("n_particles", one.parameters.get("n_points")) for one in found] == [40, 60]


def test_what_finders_say_of_hosts(shared_data: Path) -> None:
    def opened(path: str, member: str = "", **told: float) -> Catalogue:
        (description,), _ = opening.describe([shared_data / path], Facts(**told))
        found = opening.load(description, Facts(**told), member, columns=("ids",))
        assert isinstance(found, Catalogue)
        return found

    trees = opened("rockstar/tangos_rockstar_14/outputs/really_consistent_14.list", box_size=50.0)
    assert trees.inner is not None
    assert trees.ids is not None
    assert trees.hosts is not None
    (inner,) = np.flatnonzero(trees.inner)
    assert trees.hosts[inner] in trees.ids
    galaxies = opened("galaxy_catalogue/sage_minimillennium_hdf5/model_000.hdf5", box_size=62.5)
    assert galaxies.inner is None
    rockstar = opened("rockstar/tangos_rockstar_14/halos_14.0.bin")
    assert rockstar.members is not None
    assert rockstar.counts is not None
    assert np.diff(rockstar.members.starts).tolist() == rockstar.counts.tolist()
    assert np.unique(rockstar.members.ids).size == rockstar.members.ids.size == 30509
    assert rockstar.members.n_particles == 128**3


def test_sorted_snapshots_of_all_times_are_linked(folder: Path) -> None:
    from backends.halos.descendants import descent

    times = [
        sample(folder / f"snap_{n:03d}.hdf5", catalogue=sample(folder / f"fof_subhalo_tab_{n:03d}.hdf5", "groups"))
        for n in range(len(REDSHIFTS))
    ]
    first, second, _ = (one.halos(ANY, columns=("ids",)) for one in times)
    assert descent(first, second).descendant.tolist() == [0, 1, 2]
