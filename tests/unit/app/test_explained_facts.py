"""What the panel says of explanations: numbers that can be read beside each other, each with what it could be."""

from __future__ import annotations

from app.explained_facts import said
from backends.attribution.answer import Fact


def test_an_entropy_stands_beside_its_own_network_s_highest() -> None:
    narrow, wide = Fact("entropy", 3.966, "…", 4.159), Fact("entropy", 2.0, "…", 3.296)
    lines = said([("Swin", [narrow]), ("Another", [wide])], [])
    assert [(line.name.strip(), line.value) for line in lines[1:]] == [
        ("Swin", "3.97 of 4.16 nats"),
        ("Another", "2.00 of 3.30 nats"),
    ]


def test_small_numbers_are_powers_of_ten() -> None:
    (_, line) = said([("U-Net", [Fact("completeness", 1.24e-5, "…")])], [])
    assert line.value == "1.2×10⁻⁵ of it"


def test_a_short_reason_stands_beside_its_network_and_a_long_one_is_told_whole() -> None:
    died = "The process that runs the networks ended unexpectedly. Close other programs and try again"
    _, short, long = said([], [("VAN", "VAN has no attention"), ("U-Net", died)])
    assert (short.name.strip(), short.value) == ("VAN", "has no attention")
    assert (long.name, long.value) == (f"U-Net: {died}", "")
