"""What is laid over a view, and what single runs keep to themselves: decided without drawing."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.overlays import Overlay, choices, overlay
from app.viewing import Available, as_compared, cells
from backends.data.description import Description
from backends.data.run import Origin, Run
from backends.data.study import Study
from backends.data.view import OwnView, TransferFunction, ViewSettings


def run(key: str, role: str = "prediction") -> Run:
    path = Path(f"{key}.npy")
    described = Description(path, (path,), "numpy", "field")
    return Run(key, key.upper(), "#123456", role, Origin(path, "numpy", ""), described)


STUDY = Study(runs=(run("truth", "reference"), run("one"), run("two")))


def laid(name: str, key: str) -> Overlay:
    study = replace(STUDY, view=replace(STUDY.view, overlay=name))
    return overlay(study, study.run(key), lambda one: f"field of {one.key}", {"one": "answer"})


@pytest.mark.parametrize(
    ("name", "key", "expected"),
    [
        ("", "one", Overlay()),
        ("reference", "one", Overlay("field of truth", "density", "TRUTH")),
        ("reference", "truth", Overlay()),
        ("error", "two", Overlay("field of truth", "error", "TRUTH")),
        ("attribution", "one", Overlay("answer")),
        ("attribution", "two", Overlay()),
        ("run:two", "one", Overlay("field of two", "density", "TWO")),
        ("run:two", "truth", Overlay("field of two", "density", "TWO")),
        ("run:two", "two", Overlay()),
        ("run:gone", "one", Overlay()),
        ("grad-cam", "one", Overlay()),  # of an older session
    ],
)
def test_what_lies_over_a_run(name: str, key: str, expected: Overlay) -> None:
    assert laid(name, key) == expected


@pytest.mark.parametrize("comparison", ["field", "difference", "ratio", "wipe", "checkerboard", "blink"])
def test_halos_of_both_runs_are_ringed_where_both_are_seen(comparison: str) -> None:
    known = Available(lambda one: f"field of {one.key}", lambda one: one.label, halos={"truth": 1, "one": 2, "two": 3})
    study = replace(STUDY, view=replace(STUDY.view, halos=True, comparison=comparison, page="compare"))
    told = {cell.key: [(side.run, side.colour, side.halos) for side in cell.ringed] for cell in cells(study, known)}
    assert told["truth"] == [("truth", "TRUTH", 1)]
    if comparison == "field":
        assert told["one"] == [("one", "ONE", 2)]
        assert told["two:difference"] == [("two", "TWO", 3), ("truth", "TRUTH", 1)]  # the one more view of the page
    else:
        assert told[f"one:{comparison}"] == [("one", "ONE", 2), ("truth", "TRUTH", 1)]
    without = cells(replace(study, view=replace(study.view, halos=False)), known)
    assert all(side.halos is None for cell in without for side in cell.ringed)


def test_only_what_a_study_has_is_offered() -> None:
    assert [one.name for one in choices(STUDY, explained=True)] == [
        "", "reference", "error", "attribution", "run:one", "run:two",
    ]  # fmt: skip
    assert [one.name for one in choices(Study(runs=(run("alone"),)), explained=False)] == [""]


@pytest.mark.parametrize("comparison", ["wipe", "checkerboard", "blink"])
def test_the_reference_is_named_where_both_are_seen(comparison: str) -> None:
    study = replace(STUDY, view=replace(STUDY.view, comparison=comparison, overlay="error"))
    shown = cells(study, Available(density=lambda one: one.key, colour=lambda one: f"#{one.key}"))
    assert [(cell.key, cell.against, cell.reference_field) for cell in shown] == [
        ("truth", "", None),
        (f"one:{comparison}", "TRUTH", "truth"),
        (f"two:{comparison}", "TRUTH", "truth"),
    ]
    assert "TRUTH" in shown[1].detail
    assert [cell.overlay_kind for cell in shown if cell.overlay is not None] == ["error", "error"]
    assert as_compared("a", "quietly", "b", "difference") == ("a − b", "")


def test_automatic_colours_are_the_reference_s_in_every_comparison() -> None:
    """A run alone has the colours that it has beside the reference: nothing changes where only the comparison does."""
    found = []
    for comparison in ("field", "wipe", "checkerboard", "blink", "difference"):
        view = replace(STUDY.view, page="view", comparison=comparison)
        study = replace(STUDY, view=view, selected="two")
        (cell,) = cells(study, Available(density=lambda one: one.key, colour=lambda one: f"#{one.key}"))
        found.append((cell.field, cell.reference_field))
    assert set(found) == {("two", "truth")}
    waiting = Available(density=lambda one: one.key if one.key == "two" else None, colour=lambda one: one.colour)
    (alone,) = cells(replace(STUDY, view=replace(STUDY.view, page="view"), selected="two"), waiting)
    assert (alone.state, alone.reference_field, alone.drawn) == ("ready", None, ("two",))


parts = st.sets(st.sampled_from(["camera", "colours", "clip", "crosshair", "time"]))
CLIP = ((0.0, 0.5), (0.1, 1.0), (0.0, 1.0))


@given(parts, st.floats(0.01, 10.0))
def test_what_is_let_go_changes_alone_and_the_rest_for_all(let_go: set[str], opacity: float) -> None:
    view = ViewSettings()
    for part in let_go:
        view = view.let_go("one", part)
    assert view.seen_in("one") == replace(view)  # nothing jumps when it is let go
    own = {"transfer": TransferFunction("viridis"), "clip": CLIP, "crosshair": (0.1, 0.2, 0.3)}
    wished = replace(view.seen_in("one"), **own, opacity=opacity)
    changed = view.changed_in("one", wished)
    assert replace(changed.seen_in("one"), own=()) == replace(wished, own=())
    other = changed.seen_in("two")
    assert other.opacity == opacity
    assert other.transfer == (view.transfer if "colours" in let_go else wished.transfer)
    assert other.clip == (view.clip if "clip" in let_go else CLIP)
    assert other.crosshair == (view.crosshair if "crosshair" in let_go else wished.crosshair)
    assert {part for part in ("camera", "colours", "clip", "crosshair", "time") if view.keeps("one", part)} == let_go
    again = changed.with_own(OwnView("one"))
    assert again.seen_in("one") == again.seen_in("two")
    assert not again.own


def test_the_difference_stays_that_of_the_run_one_came_from_while_the_reference_is_selected() -> None:
    available = Available(density=lambda one: one.key, colour=lambda one: f"#{one.key}")

    def differing(study: Study) -> str:
        return next(cell.run for cell in cells(study, available) if cell.comparison == "difference")

    assert differing(STUDY) == "two"
    chosen = STUDY.with_selected("one")
    assert differing(chosen) == "one"
    from_one = chosen.with_selected("truth")
    assert differing(from_one) == "one"
    assert differing(from_one.with_selected("truth")) == "one"
    assert differing(from_one.with_selected("two")) == "two"
    assert differing(from_one.without("one")) == "two"
    assert from_one.without("one").before == ""
