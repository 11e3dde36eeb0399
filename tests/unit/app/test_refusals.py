"""Everything that a drop's files were refused for, in one message that can be read."""

from __future__ import annotations

from pathlib import Path

from app.refusals import Refusal, refusal, told
from backends.errors import MissingFact, UnreadableFile, WrongCall


def test_one_refusal_is_a_sentence_with_the_files_name_alone() -> None:
    assert told([refusal(UnreadableFile("/far/away/a.npy", "is empty", "Copy it again"))]) == (
        "",
        "a.npy is empty. Copy it again",
    )


def test_the_same_fault_is_told_once() -> None:
    dozens = [refusal(UnreadableFile(f"/d/{n}.npy", "is empty")) for n in range(40)]
    odd = refusal(UnreadableFile("/d/x.h5", "is truncated: 12 of 96 bytes"))
    title, text = told([*dozens, odd])
    assert title == "41 files were not opened"
    assert text == "Each of 0.npy, 1.npy, 2.npy and 37 more is empty\nx.h5 is truncated: 12 of 96 bytes"


def test_two_files_with_one_fault_are_both_named() -> None:
    _, text = told([Refusal(Path("/d/a"), "is empty"), Refusal(Path("/d/b"), "is empty")])
    assert text == "Each of a and b is empty"


def test_many_faults_are_counted() -> None:
    _, text = told([Refusal(Path(f"/d/{n}"), f"is {n} bytes too short") for n in range(30)])
    assert len(text.splitlines()) == 6
    assert "and 25 more" in text


def test_remedies_are_the_windows() -> None:
    assert "--hubble" not in told([refusal(MissingFact("/d/hmf.txt", "h", "--hubble H"))])[1]
    assert refusal(WrongCall("no path at all")) == Refusal(None, "no path at all")


def test_a_name_without_end_is_cut_in_its_middle() -> None:
    assert len(told([Refusal(Path("/d") / ("m" * 200), "is empty")])[1]) < 60


def test_a_name_of_several_lines_stands_in_one() -> None:
    assert told([Refusal(Path("/d/a\nb\udcfc.npy"), "is empty")])[1] == "a b\N{REPLACEMENT CHARACTER}.npy is empty"
