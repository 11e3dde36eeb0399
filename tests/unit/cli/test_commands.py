"""Help, version, ``info``, ``simulate``, ``demo --export``, ``render``, and how each command ends."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from app import __version__
from app.cli import COMMANDS

Command = Callable[..., subprocess.CompletedProcess[str]]

KEYS = [
    "path",
    "format",
    "kind",
    "box_size",
    "redshift",
    "hubble",
    "omega_m",
    "species",
    "fields",
    "n_files",
    "complete",
    "warnings",
]


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_help_and_version_everywhere(halograph: Command, command: str) -> None:
    words = [command] if command else []
    told = halograph(*words, "--version")
    assert (told.returncode, told.stdout, told.stderr) == (0, f"halograph {__version__}\n", "")
    told = halograph(*words, "--help")
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith(f"usage: halograph {command}".rstrip())


def test_help_lists_the_commands_that_exist(halograph: Command) -> None:
    text = halograph("--help").stdout
    for name in COMMANDS:
        assert f"halograph {name} " in text
        assert (Path(__file__).parents[3] / "app" / "cli" / f"{name}.py").is_file()


def test_version_imports_nothing_heavy() -> None:
    code = (
        "import sys, contextlib, io\n"
        "from app.cli import main\n"
        "with contextlib.redirect_stdout(io.StringIO()):\n"
        "    assert main(['--version']) == 0\n"
        "heavy = {'numpy', 'h5py', 'scipy', 'numba', 'torch', 'matplotlib', 'PyQt6', 'vispy', 'jinja2'}\n"
        "assert not heavy & set(sys.modules), heavy & set(sys.modules)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_info_says_what_a_snapshot_holds_in_one_line_of_json(halograph: Command, snapshots: Path) -> None:
    done = halograph("info", snapshots / "run_z1.00.hdf5", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    (line,) = done.stdout.splitlines()
    known = json.loads(line)
    assert list(known) == KEYS
    assert (known["format"], known["kind"], known["n_files"]) == ("gadget-hdf5", "particles", 1)
    assert (known["complete"], known["warnings"]) == (True, [])
    assert known["box_size"] == pytest.approx(32)
    assert known["redshift"] == pytest.approx(1)
    assert list(known["species"]) == ["dm"]
    assert known["species"]["dm"]["count"] == 16**3
    mass = 0.3111 * 2.77536627e11 * 2**3
    assert known["species"]["dm"]["mass_min"] == known["species"]["dm"]["mass_max"] == pytest.approx(mass, rel=1e-4)


def test_info_never_guesses_and_takes_what_is_told(halograph: Command, grids: Path) -> None:
    known = json.loads(halograph("info", grids / "truth.npy", "--json").stdout)
    assert (known["kind"], known["box_size"], known["redshift"]) == ("field", None, None)
    assert any("--box-size" in warning for warning in known["warnings"])
    known = json.loads(halograph("info", grids / "truth.npy", "--json", "--box-size", 50).stdout)
    assert known["box_size"] == 50


def test_behind_two_dashes_there_are_only_paths(halograph: Command, grids: Path, tmp_path: Path) -> None:
    for name in ("-a.npy", "b.npy"):
        shutil.copyfile(grids / "truth.npy", tmp_path / name)
    done = halograph("info", "--json", "--", "-a.npy", "b.npy", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert [json.loads(line)["path"] for line in done.stdout.splitlines()] == ["-a.npy", "b.npy"]


def test_info_tells_good_files_and_refuses_bad_ones(halograph: Command, grids: Path, tmp_path: Path) -> None:
    (tmp_path / "empty.hdf5").write_bytes(b"")
    done = halograph("info", grids / "truth.npy", tmp_path / "empty.hdf5", tmp_path / "absent", "--json")
    assert done.returncode == 2
    assert len(done.stdout.splitlines()) == 1
    first, second = done.stderr.splitlines()
    assert "empty.hdf5" in first
    assert "absent" in second


def test_other_things_in_a_folder_are_noted_and_named_files_must_be_told(
    halograph: Command, snapshots: Path, tmp_path: Path
) -> None:
    shutil.copyfile(snapshots / "run_z0.00.hdf5", tmp_path / "run.hdf5")
    (tmp_path / "fields.nc").write_bytes(b"CDF\1" + bytes(600))
    done = halograph("info", tmp_path, "--json")
    assert (done.returncode, len(done.stdout.splitlines())) == (0, 1)
    assert "NetCDF" in done.stderr
    assert halograph("info", tmp_path, tmp_path / "fields.nc", "--json").returncode == 2
    (tmp_path / "run.hdf5").write_bytes(b"")
    assert halograph("info", tmp_path, "--json").returncode == 2


def test_info_for_people_has_units(halograph: Command, snapshots: Path) -> None:
    text = halograph("info", snapshots).stdout
    assert "32 Mpc/h" in text
    assert "4,096 particles" in text
    assert "Msun/h" in text


def test_a_reader_that_leaves_early_is_no_failure_to_speak_of(snapshots: Path) -> None:
    command = f"{sys.executable} -m app info {snapshots} --json | head -c 1"
    done = subprocess.run(command, shell=True, capture_output=True, text=True, timeout=60)
    assert done.stderr == ""


def test_the_same_seed_gives_the_same_snapshot(halograph: Command, tmp_path: Path) -> None:
    import h5py

    def positions(name: str, seed: int) -> np.ndarray:
        out = tmp_path / f"{name}.hdf5"
        done = halograph("simulate", "--out", out, "--n-particles", 8, "--box-size", 32, "--seed", seed)
        assert (done.returncode, done.stderr) == (0, "")
        with h5py.File(out) as file:
            return np.asarray(file["PartType1/Coordinates"])

    first = positions("first", 1)
    assert np.array_equal(first, positions("again", 1))
    assert not np.array_equal(first, positions("other", 2))


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--out", "x.hdf5", "--n-particles", "1"], "1"),
        (["--out", "."], "folder"),
        (["--out", "x.hdf5", "--box-size", "nan"], "nan"),
        (["--out", "x.hdf5", "--redshifts", "0,0.001"], "0.01"),
        (["--out", "x.hdf5", "--redshifts", "now"], "now"),
        (["--out", "x.hdf5", "--omega-m", "0"], "0"),
        ([], "--out"),
    ],
)
def test_simulations_that_cannot_be_meant(halograph: Command, tmp_path: Path, arguments: list[str], says: str) -> None:
    done = halograph("simulate", *arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert says in done.stderr
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_written_is_the_machine_s_failure(halograph: Command, tmp_path: Path) -> None:
    done = halograph("simulate", "--out", tmp_path / "absent" / "x.hdf5", "--n-particles", 8)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "absent" in done.stderr


def test_without_a_display_the_window_says_so(halograph: Command) -> None:
    if not sys.platform.startswith("linux"):
        pytest.skip("Qt has a display of its own on this system")
    done = halograph("--temp-profile")
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    assert "display" in done.stderr


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory, halograph: Command) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "demo"
    done = halograph("demo", "--export", folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder


def test_the_demo_s_runs_are_files_that_compare_reads(exported: Path, halograph: Command, tmp_path: Path) -> None:
    names = {"nbody", "zeldovich", "2lpt", "unet", "resnet", "fno", "convnext", "van", "swin"}
    assert {path.stem for path in exported.glob("*.hdf5")} == names
    cases = [path for path in exported.iterdir() if path.is_dir()]
    assert len(cases) >= 3
    for case in cases:
        assert {path.stem for path in case.glob("*.hdf5")} == names
    files = [exported / f"{name}.hdf5" for name in ("nbody", "zeldovich", "unet")]
    options = ("--statistics", "correlation-coefficient", "--formats", "png")
    done = halograph("compare", *files, "--out", tmp_path / "out", *options)
    assert (done.returncode, done.stderr) == (0, "")
    scores = json.loads((tmp_path / "out" / "results.json").read_text())["scores"]
    assert scores["unet"]["k_correlation"] > scores["zeldovich"]["k_correlation"]


def test_a_picture_needs_no_display(halograph: Command, snapshots: Path, tmp_path: Path) -> None:
    from PIL import Image

    out = tmp_path / "picture.png"
    options = ("--mode", "mip", "--size", "480x320", "--camera", "30,20,1.5")
    done = halograph("render", snapshots / "run_z0.00.hdf5", "--out", out, *options)
    if done.returncode == 1 and "EGL" in done.stderr:
        pytest.skip("this machine has no OpenGL without a display")
    assert (done.returncode, done.stderr) == (0, "")
    with Image.open(out) as picture:
        assert picture.size == (480, 320)
        pixels = np.asarray(picture).astype(int)
    assert pixels.std() > 5
    # On a dark ground stand the run's name above, the scale below it, and the colour bar at the right.
    for corner in (pixels[8:32, 10:150], pixels[-40:-10, 10:80], pixels[-57:-10, -130:-10]):
        assert (corner.min(axis=2) > 200).sum() > 20


@pytest.mark.parametrize(
    "options",
    [("--mode", "attenuated"), ("--mode", "plane", "--camera", "30,60,1"), ("--mode", "iso", "--levels", "2,9")],
)
def test_every_way_of_drawing_has_its_picture(
    halograph: Command, snapshots: Path, tmp_path: Path, options: tuple[str, ...]
) -> None:
    from PIL import Image

    plain, special = tmp_path / "plain.png", tmp_path / "special.png"
    mode = {"attenuated": "mip", "plane": "column", "iso": "iso"}[options[1]]
    camera = options[2:] if "--camera" in options else ()
    for out, asked in ((plain, ("--mode", mode, *camera)), (special, options)):
        done = halograph("render", snapshots / "run_z0.00.hdf5", "--out", out, "--size", "320x240", *asked)
        if done.returncode == 1 and "EGL" in done.stderr:
            pytest.skip("this machine has no OpenGL without a display")
        assert (done.returncode, done.stderr) == (0, "")
    with Image.open(plain) as one, Image.open(special) as other:
        apart = np.abs(np.asarray(one).astype(int) - np.asarray(other).astype(int))
    assert apart[40:-60].mean() > 0.5


def test_a_species_is_drawn_as_if_it_stood_alone(halograph: Command, tmp_path: Path) -> None:
    from PIL import Image

    rng = np.random.default_rng(4)
    held = {"gas": (0, rng.random((512, 3)) * (8, 16, 16)), "dm": (1, rng.random((512, 3)) * 16)}
    for name, species in (("gas", ["gas"]), ("dm", ["dm"]), ("both", ["gas", "dm"])):
        write_types(tmp_path / f"{name}.hdf5", dict(held[one] for one in species))
    pictures = {}
    for name, options in {"gas": [], "both": ["--species", "gas"], "dm": []}.items():
        out = tmp_path / f"{name}.png"
        done = halograph("render", tmp_path / f"{name}.hdf5", "--out", out, "--size", "320x240", *options)
        if done.returncode == 1 and "EGL" in done.stderr:
            pytest.skip("this machine has no OpenGL without a display")
        assert (done.returncode, done.stderr) == (0, "")
        with Image.open(out) as picture:
            pictures[name] = np.asarray(picture)[40:]  # below the run's name
    np.testing.assert_array_equal(pictures["both"], pictures["gas"])
    assert not np.array_equal(pictures["both"], pictures["dm"])
    done = halograph("render", tmp_path / "both.hdf5", "--out", tmp_path / "x.png", "--species", "stars")
    assert done.returncode == 2
    assert "it holds gas, dm" in done.stderr
    assert not (tmp_path / "x.png").exists()


def write_types(path: Path, types: dict[int, np.ndarray]) -> None:
    """Write particle types with positions in Mpc/h into a box of 16."""
    import h5py

    counts = [len(types.get(number, ())) for number in range(6)]
    with h5py.File(path, "w") as file:
        file.create_group("Header").attrs.update(
            {"NumPart_ThisFile": counts, "NumPart_Total": counts, "MassTable": [1.0, 5.0, 0, 0, 0, 0], "Redshift": 0.0,
             "BoxSize": 16.0, "NumFilesPerSnapshot": 1, "UnitLength_in_cm": 3.085678e24}
        )  # fmt: skip
        for number, positions in types.items():
            file[f"PartType{number}/Coordinates"] = positions.astype(np.float32)


def test_pictures_are_of_boxes_that_are_alike(halograph: Command, grids: Path, tmp_path: Path) -> None:
    import h5py

    for name, side in (("one", 50.0), ("two", 100.0)):
        with h5py.File(tmp_path / f"{name}.hdf5", "w") as file:
            grid = file.create_dataset("density", data=np.load(grids / "truth.npy"))
            grid.attrs["box_size"] = side
    done = halograph("render", tmp_path / "one.hdf5", tmp_path / "two.hdf5", "--out", tmp_path / "x.png")
    assert done.returncode == 2
    assert "two.hdf5" in done.stderr
    np.save(tmp_path / "map.npy", np.ones((16, 16), np.float32))
    done = halograph("render", tmp_path / "map.npy", "--out", tmp_path / "x.png", "--box-size", 50)
    assert done.returncode == 2
    assert "map.npy" in done.stderr
    assert not (tmp_path / "x.png").exists()


@pytest.mark.parametrize("option", [["--size", "huge"], ["--camera", "1,2"], ["--mode", "x"], ["--out", "x.jpg"]])
def test_pictures_that_cannot_be_meant(halograph: Command, snapshots: Path, tmp_path: Path, option: list[str]) -> None:
    done = halograph("render", snapshots / "run_z0.00.hdf5", "--out", "x.png", *option, cwd=tmp_path)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_a_truncated_snapshot_is_refused(halograph: Command, snapshots: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.hdf5"
    shutil.copyfile(snapshots / "run_z0.00.hdf5", broken)
    with broken.open("r+b") as file:
        file.truncate(broken.stat().st_size // 2)
    done = halograph("compare", snapshots / "run_z0.00.hdf5", broken, "--out", tmp_path / "out")
    assert done.returncode == 2
    assert "broken.hdf5" in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()
