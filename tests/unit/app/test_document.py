"""Every change of a study can be undone, and undo leaves the study as it was."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from app.document import Document
from backends.data.study import Study
from backends.data.view import ViewSettings


def with_opacity(study: Study, opacity: float) -> Study:
    return replace(study, view=replace(study.view, opacity=opacity))


def test_change_is_told_with_old_and_new() -> None:
    document, seen = Document(), []
    document.changed.connect(lambda old, new: seen.append((old, new)))
    before = document.study
    document.apply(replace(before, name="A"), "Rename")
    assert seen == [(before, document.study)]


def test_a_drag_is_one_step() -> None:
    document = Document()
    before = document.study
    for opacity in (0.1, 0.2, 0.3):
        document.apply(with_opacity(document.study, opacity), "Opacity", merge="opacity")
    assert document.undo_stack.count() == 1
    document.undo_stack.undo()
    assert document.study == before
    document.undo_stack.redo()
    assert document.study.view.opacity == 0.3


def test_different_controls_do_not_merge() -> None:
    document = Document()
    document.apply(with_opacity(document.study, 0.1), "Opacity", merge="opacity")
    document.apply(replace(document.study, view=replace(document.study.view, depth=(0.1, 0.2))), "Depth", merge="depth")
    assert document.undo_stack.count() == 2


def test_undo_keeps_the_page_that_one_looks_at() -> None:
    document = Document(Study(view=ViewSettings(page="compare")))
    document.apply(with_opacity(document.study, 0.1), "Opacity")
    document.look(page="explain")
    document.undo_stack.undo()
    assert document.study.view.page == "explain"
    assert document.study.view.opacity == ViewSettings().opacity


@given(st.lists(st.floats(0, 1), min_size=1, max_size=8), st.lists(st.booleans(), max_size=20))
def test_undo_and_redo_walk_the_same_path(opacities: list[float], steps: list[bool]) -> None:
    document = Document()
    history = [document.study]
    for opacity in opacities:
        document.apply(with_opacity(document.study, opacity), "Opacity")
        if document.study != history[-1]:
            history.append(document.study)
    at = len(history) - 1
    for undo in steps:
        if undo and at > 0:
            document.undo_stack.undo()
            at -= 1
        elif not undo and at < len(history) - 1:
            document.undo_stack.redo()
            at += 1
        assert document.study == history[at]


def test_an_equal_study_is_no_step() -> None:
    document = Document()
    document.apply(document.study, "Nothing")
    assert document.undo_stack.count() == 0
