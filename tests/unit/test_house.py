"""The house keeps its rules, and the gate that watches them is seen to close."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("app", "widgets", "backends", "resources")
SHIPPED = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))
OURS = [*SHIPPED, *sorted((ROOT / "tests").rglob("*.py"))]

CONTRACTS = [
    contract["name"]
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
]
ORDER, NO_DISPLAY, WIDGETS, VISPY, PYQTGRAPH, MATPLOTLIB, CYCLES = CONTRACTS

# Each breaks one rule; every file is new, so that the rest of the house stays as it is.
BREACHES: dict[str, tuple[str, dict[str, str]]] = {
    "a backend asks the application": (ORDER, {"backends/mesh/breach.py": "import app.document"}),
    "a widget asks the application": (ORDER, {"widgets/breach.py": "from app import document"}),
    "a resource asks a backend": (ORDER, {"resources/breach.py": "def late():\n    import backends.errors"}),
    "a backend draws": (NO_DISPLAY, {"backends/halos/breach.py": "def late():\n    import PyQt6.QtCore"}),
    "a backend exports figures": (NO_DISPLAY, {"backends/breach.py": "import matplotlib"}),
    "a backend draws through a widget": (
        NO_DISPLAY,
        {"backends/breach.py": "import widgets.breach", "widgets/breach.py": "import PyQt6.QtGui"},
    ),
    "a widget runs a network": (WIDGETS, {"widgets/breach.py": "def late():\n    import torch"}),
    "a widget reads a file": (WIDGETS, {"widgets/plots/breach.py": "import h5py"}),
    "a plot uses vispy": (VISPY, {"widgets/plots/breach.py": "import vispy.scene"}),
    "the application uses vispy": (VISPY, {"app/breach.py": "from vispy import app"}),
    "a volume uses pyqtgraph": (PYQTGRAPH, {"widgets/volume/breach.py": "import pyqtgraph"}),
    "a widget uses matplotlib": (MATPLOTLIB, {"widgets/breach.py": "import matplotlib.pyplot"}),
    "two rooms need each other": (
        CYCLES,
        {
            "backends/first/__init__.py": "",
            "backends/first/one.py": "import backends.second.two",
            "backends/second/__init__.py": "",
            "backends/second/two.py": "def late():\n    import backends.first.one",
        },
    ),
    "two files need each other": (
        CYCLES,
        {"widgets/plots/one.py": "import widgets.plots.two", "widgets/plots/two.py": "import widgets.plots.one"},
    ),
}


def lint(house: Path) -> str:
    """Return what import-linter says about the house that lies there."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()", "--no-cache"]
    done = subprocess.run(command, cwd=house, capture_output=True, text=True, timeout=120)
    return f"{done.stdout}\n{done.stderr}\nexit {done.returncode}"


def broken(report: str) -> set[str]:
    """Return the contracts that the report calls broken."""
    return {name for name in CONTRACTS if re.search(re.escape(name) + r"\s+BROKEN", report)}


@pytest.fixture(scope="module")
def copy_of_the_house(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python files alone, so that a breach can be built into them."""
    house = tmp_path_factory.mktemp("house")
    for file in SHIPPED:
        target = house / file.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)
    shutil.copyfile(ROOT / "pyproject.toml", house / "pyproject.toml")
    return house


def test_the_house_keeps_its_contracts(copy_of_the_house: Path) -> None:
    report = lint(copy_of_the_house)
    assert f"Contracts: {len(CONTRACTS)} kept, 0 broken" in report, report


@pytest.mark.parametrize("breach", BREACHES)
def test_a_breach_is_caught(breach: str, copy_of_the_house: Path) -> None:
    contract, files = BREACHES[breach]
    made = [copy_of_the_house / name for name in files]
    try:
        for file, text in zip(made, files.values(), strict=True):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
        report = lint(copy_of_the_house)
    finally:
        for file in made:
            file.unlink()
    assert contract in broken(report), report
    assert "exit 1" in report


def test_every_contract_has_been_seen_to_break() -> None:
    assert {contract for contract, _ in BREACHES.values()} == set(CONTRACTS)


@pytest.mark.parametrize("file", OURS, ids=lambda file: str(file.relative_to(ROOT)))
def test_a_file_holds_one_idea(file: Path) -> None:
    assert len(file.read_text(encoding="utf-8").splitlines()) <= 400


@pytest.mark.parametrize(
    "pattern",
    [
        r"weights_only\s*=\s*False",
        r"allow_pickle\s*=\s*True",
        r"\bpickle\.(load|loads|Unpickler)\b",
        r"\b(joblib|dill|cloudpickle|shelve)\b",
        r"torch\.jit\.load|torch\.export\.load",
        r"(?<![.\w])(eval|exec)\(",
    ],
)
def test_no_file_that_is_opened_can_run_code(pattern: str) -> None:
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in SHIPPED
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    assert not found


def test_what_ships_names_no_machine() -> None:
    """No path of a developer's machine and no registry's host: they would be dead elsewhere."""
    paths, hosts = r"(?<![\w.])(/(work|home|root)/|/tmp/(?!\.X11-unix))", r"\bpypi\.org|pythonhosted|download\.pytorch"
    pattern = re.compile(f"{paths}|{hosts}")
    texts = [*SHIPPED, ROOT / "constraints.txt", ROOT / "pyproject.toml", ROOT / "Makefile"]
    assert not [str(file.relative_to(ROOT)) for file in texts if pattern.search(file.read_text(encoding="utf-8"))]


def test_the_packages_are_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text().splitlines()
    pins = [line for line in lines if line and not line.startswith("#")]
    assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in pins)
    assert "torch==2.13.0" in pins
    names = {re.sub(r"[-_.]+", "-", pin.split("==")[0]).lower() for pin in pins}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    wanted = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    needed = {re.sub(r"[-_.]+", "-", re.split(r"[<>=!~ ;\[]", one)[0]).lower() for one in wanted}
    assert needed <= names
