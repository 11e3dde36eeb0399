"""The report says what numbers depend on as a person reads it."""

from __future__ import annotations

from app.exporting.parameter_words import parameters_in_words


def test_no_number_is_without_its_unit_and_no_name_is_the_program_s() -> None:
    said = parameters_in_words(
        {
            "n_mesh": 128,
            "mass_assignment": "tsc",
            "compensated": True,
            "species": None,
            "box_size": 128.0,
            "k_nyquist_mesh": {"N-body": 3.14159265, "FNO": None},
            "web_threshold": 0.0,
        }
    )
    assert said == [
        ("mesh", "128 cells a side"),
        ("mass assignment", "TSC"),
        ("window of the mass assignment divided out", "yes"),
        ("species", "all matter"),
        ("box size", "128 Mpc/h"),
        ("k Nyquist, mesh", "N-body: 3.14159 h/Mpc; FNO: none"),
        ("web threshold", "0"),
    ]
