"""The bundle's writer, and the demo that is made with it."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from backends import demo
from backends.cosmology.background import Cosmology
from backends.data import bundle
from backends.data.bundle import Case, Dataset, Model, write_bundle
from backends.emulators.checkpoint import load_network
from backends.emulators.predict import predict
from backends.errors import Cancelled, WrongCall
from backends.simulation.particle_mesh import simulate
from backends.training.evaluate import score


def dataset(seed: int = 0, n: int = 4) -> Dataset:
    values = np.random.default_rng(seed).normal(0, 5, (3, n, n, n)).astype(np.float32)
    return Dataset(values, "displacement", "N-body", "Mpc/h")


def case() -> Case:
    return Case("A box", "test", dataset(0), dataset(1), {"seed": 5, "redshift": 0.0}, {"2lpt": dataset(2)})


def test_everything_is_where_it_is_said_to_be(tmp_path: Path) -> None:
    model = Model("U-Net", "unet", {"width": 8}, 123, {"steps": 9}, {"hardware": "a CPU"}, {"one": dataset(3)})
    write_bundle(tmp_path / "b.hdf5", box_size=10, n=4, cases={"one": case()}, models={"unet": model}, precision=2**-10)
    with h5py.File(tmp_path / "b.hdf5") as file:
        assert file.attrs["format"] == "halograph-bundle"
        assert (file["grid"].attrs["box_size"], file["grid"].attrs["lattice_offset"]) == (10, 0.5)
        assert json.loads(file["models/unet"].attrs["config"]) == {"width": 8}
        stored = file["models/unet/predictions/one/mean"]
        np.testing.assert_allclose(stored[()], dataset(3).values, rtol=0, atol=2**-11)
        assert np.all(stored[()] * 2**10 == np.rint(stored[()] * 2**10))
        assert stored.attrs["unit"] == "Mpc/h"
        assert set(file["cases/one"]) == {"input", "target", "approximations"}


def test_cases_and_models_keep_their_order(tmp_path: Path) -> None:
    cases, models = {"b": case(), "a": case()}, {"z": Model("Z", "unet"), "c": Model("C", "unet")}
    write_bundle(tmp_path / "b.hdf5", box_size=10, n=4, cases=cases, models=models)
    with h5py.File(tmp_path / "b.hdf5") as file:
        assert (list(file["cases"]), list(file["models"])) == (["b", "a"], ["z", "c"])


@pytest.mark.parametrize(
    "wrong",
    [
        {"cases": {}},
        {"cases": {"../up": case()}},
        {"cases": {"one": replace(case(), split="exam")}},
        {"cases": {"one": case()}, "n": 5},
        {"cases": {"one": case()}, "models": {"m": Model("M", "m", means={"two": dataset()})}},
    ],
)
def test_what_cannot_be_a_bundle_is_refused_and_leaves_nothing(tmp_path: Path, wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"case|name|split|shape"):
        write_bundle(tmp_path / "b.hdf5", **{"box_size": 10, "n": 4, **wrong})
    assert not list(tmp_path.iterdir())


def test_writer_needs_nothing_of_halograph(tmp_path: Path) -> None:
    alone = tmp_path / "bundle.py"
    alone.write_text(Path(bundle.__file__).read_text())
    code = "import sys, bundle; assert not any(m.split('.')[0] in ('backends', 'torch', 'scipy') for m in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


def test_demo_is_made_of_what_it_says() -> None:
    """The stored truth is the simulation of the stated seed, to the stated precision."""
    (snapshot,) = simulate(64, 128.0, seed=1)
    stored = demo.displacement(demo.HELD_OUT, "target")
    assert (stored.box_size, stored.redshift, stored.cell_offset) == (128.0, 0.0, 0.5)
    # Another processor may round another way; particles in halos amplify that, the rest does not.
    difference = np.abs(stored.values - snapshot.displacement)
    assert np.median(difference) < 1e-3
    zeldovich = demo.displacement(demo.HELD_OUT).values
    np.testing.assert_allclose(zeldovich, snapshot.zeldovich, atol=2**-12)
    with pytest.raises(WrongCall, match="held-out"):
        demo.displacement("held-in")


def test_demo_networks_are_known_without_torch() -> None:
    code = (
        "import sys; from backends.demo import networks; n = networks(); "
        "assert list(n) == ['unet', 'resnet', 'fno', 'convnext', 'van', 'swin'], n; "
        "assert all(v.parameters > 1000 and v.weights.is_file() for v in n.values()); assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_stored_predictions_are_those_of_the_shipped_weights() -> None:
    stored = demo.prediction(demo.HELD_OUT, "swin")
    again = predict(load_network(demo.networks()["swin"].weights), demo.displacement(demo.HELD_OUT))
    np.testing.assert_allclose(stored.values, again.values, atol=0.02)


def test_predictions_that_are_not_stored_are_computed() -> None:
    assert demo.cases() == ("held-out", "cell-4", "sigma8-1.0", "z-1")
    field = demo.prediction("cell-4", "swin")
    assert field.box_size == 256.0
    assert field.values.shape == (3, 64, 64, 64)
    assert not np.array_equal(field.values, demo.displacement("cell-4").values)

    def refuse(fraction: float, message: str = "") -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        demo.prediction("z-1", "swin", refuse)
    with pytest.raises(WrongCall, match="unet"):
        demo.prediction("z-1", "perceptron")


def test_best_network_is_as_good_as_promised_on_a_box_that_it_never_saw() -> None:
    truth = demo.displacement(demo.HELD_OUT, "target")
    scores = score(demo.prediction(demo.HELD_OUT, "unet"), truth)
    assert scores.correlation[0.5] >= 0.98
    assert scores.k_correlation is None or scores.k_correlation >= 0.95
    assert scores.mse < 0.3 * score(demo.displacement(demo.HELD_OUT), truth).mse


def test_demo_is_small_and_states_its_cosmology() -> None:
    folder = demo.demo_bundle().parent
    assert sum(file.stat().st_size for file in folder.rglob("*") if file.is_file()) < 45e6
    with h5py.File(demo.demo_bundle()) as file:
        assert file["cosmology"].attrs["sigma8"] == Cosmology().sigma8
