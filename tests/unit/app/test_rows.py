"""What the library and the facts panel say of a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.rows import facts_of, in_window
from backends.data.description import Description
from backends.data.run import Origin, Run


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        (
            "The header has no box size: say it with --box-size L.",
            "The header has no box size: say it with Correct facts…",
        ),
        ("Say the box size with --box-size L, or …", "Say the box size with Correct facts…, or …"),
        ("Choose a coarser level with --level N", "Choose a coarser level with Correct facts…"),
        ("Choose another species with --species NAME", "Choose another species under Matter"),
        ("Say it with --box-size L and --quantity NAME", "Say it with Correct facts…"),
        ("Of 11 pieces 10 are there; missing: snap.7.hdf5.", "Of 11 pieces 10 are there; missing: snap.7.hdf5."),
    ],
)
def test_a_warning_names_the_windows_remedy(said: str, shown: str) -> None:
    assert in_window(said) == shown


@pytest.mark.parametrize(
    "said",
    [
        "HACC's files state neither redshift nor cosmology: say --redshift Z.",
        "g: its quantity is not stated; a mean of 0 suggests an overdensity δ. Say it with --quantity overdensity.",
        "Its units are not stated; taken as h/Mpc. Say --units no-h where they are without h.",
    ],
)
def test_no_warning_in_the_window_names_an_option(said: str) -> None:
    assert "--" not in in_window(said)


@pytest.mark.parametrize(
    ("z", "shown", "exact"), [(9.991, "9.99", "9.991"), (0.0, "0.00", "0"), (0.0042, "0.0042", "0.0042")]
)
def test_facts_are_short_and_their_tips_are_exact(z: float, shown: str, exact: str) -> None:
    path = Path("snap.hdf5")
    description = Description(path, (path,), "gadget-hdf5", "particles", redshift=z, hubble=0.67742, omega_m=0.315192)
    facts, _ = facts_of(Run("run-1", "snap", "#fff", "reference", Origin(path, "gadget-hdf5"), description))
    told = [(fact.value, fact.tip) for fact in facts if fact.name in ("Redshift", "h, Ωₘ")]
    assert told[0][0] == shown
    assert told[0][1].startswith(f"z = {exact}, a = ")
    assert told[1:] == [("0.67742, 0.31519", "h = 0.67742, Ωₘ = 0.315192")]
