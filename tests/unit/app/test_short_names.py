"""Labels that begin alike are told apart by what follows."""

from __future__ import annotations

from app.short_names import short_names


def test_a_long_beginning_that_all_share_is_left_out() -> None:
    labels = [f"emulator_width{n:03d}_seed0" for n in (8, 16, 24)]
    assert list(short_names(labels).values()) == ["…width008_seed0", "…width016_seed0", "…width024_seed0"]


def test_short_labels_few_labels_and_different_ones_stay() -> None:
    for labels in (["N-body", "N-body 2", "N-body 3"], ["a" * 30 + "_1", "a" * 30 + "_2"], ["x" * 30, "y" * 30, "z"]):
        assert short_names(labels) == {label: label for label in labels}


def test_a_long_end_that_all_share_is_left_out_too_where_that_is_not_enough() -> None:
    codes = ["4096-gadget3", "4096-pkdgrav3", "4096-ramses", "6144-mpgadget"]
    short = short_names([f"measurePk_{code}_N2048_L500.z0.0" for code in codes])
    assert list(short.values()) == [f"…{code}…" for code in codes]


def test_where_there_is_no_room_at_all_only_what_differs_stays() -> None:
    assert list(short_names(["model_00", "model_08", "model_10"], fits=0).values()) == ["…00", "…08", "…10"]
    assert short_names(["N-body", "U-Net", "VAN"], fits=0) == {name: name for name in ("N-body", "U-Net", "VAN")}
