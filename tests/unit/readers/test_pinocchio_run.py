"""The box that PINOCCHIO's catalogues do not say: from the parameters of the same run, where they lie beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backends.readers import opening

HEAD = """# Group catalog for redshift 1.000000 and minimal mass of 10 particles
#    1) group ID
#    2) group mass (Msun/h)
# 3- 5) initial position (Mpc/h)
# 6- 8) final position (Mpc/h)
# 9-11) velocity (km/s)
#   12) number of particles
#
"""
ROWS = "".join(f"{i} 1.5e14 1 2 3 {10 * i} {7 * i} 5.5 1 2 3 30\n" for i in range(1, 9))


def catalogue(folder: Path, parameters: str) -> Path:
    path = folder / "pinocchio.1.0000.my.run.catalog.out"
    path.write_text(HEAD + ROWS)
    (folder / "parameters").write_text(parameters)
    return path


@pytest.mark.parametrize(
    ("parameters", "side"),
    [
        ("RunFlag my.run % its name\nBoxSize 500 % Mpc\nBoxInH100 % in Mpc/h\nHubble100 0.7\nOmega0 0.3\n", 500.0),
        ("RunFlag my.run\nBoxSize 500\n% BoxInH100\nHubble100 0.7\n", 350.0),
        ("RunFlag another\nBoxSize 500\nBoxInH100\n", None),
        ("RunFlag my.run\nBoxSize five\nBoxInH100\n", None),
        ("RunFlag my.run\nBoxSize 500\n", None),
    ],
)
def test_the_box_of_the_same_run_is_proposed(parameters: str, side: float | None, tmp_path: Path) -> None:
    (found,), refused = opening.describe([catalogue(tmp_path, parameters)])
    assert not refused
    assert found.box_size is None
    assert found.proposed.box_size == side
    assert any("parameters, the run's" in said for said in found.warnings) == (side is not None)


def test_a_real_run_says_its_box(shared_data: Path) -> None:
    (found,), _ = opening.describe([shared_data / "pinocchio/example_500Mpc/pinocchio.1.0000.example.catalog.out"])
    assert (found.proposed.box_size, found.hubble, found.omega_m) == (500.0, 0.6766, 0.311)
