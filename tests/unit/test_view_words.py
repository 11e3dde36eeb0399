"""What changes of the views are called where they can be undone."""

from __future__ import annotations

from dataclasses import fields, replace

from backends.data.view import OwnView, RingLook, TransferFunction, ViewSettings
from backends.data.view_words import WORDS, changed

VIEW = ViewSettings()
CLIP = ((0.2, 1.0), (0.0, 1.0), (0.0, 1.0))
BENT = replace(VIEW.transfer, points=((0.0, 0.0), (0.5, 0.9), (1.0, 1.0)))


def test_every_word_is_of_a_setting_that_exists() -> None:
    assert set(WORDS) <= {field.name for field in fields(ViewSettings)}


def test_a_change_is_called_by_what_it_changes() -> None:
    assert changed(VIEW, replace(VIEW, clip=CLIP)) == "Change the clip box"
    assert changed(VIEW, replace(VIEW, transfer=BENT)) == "Change the opacity's curve"
    assert changed(VIEW, replace(VIEW, transfer=TransferFunction("viridis"))) == "Change the colours"
    assert changed(VIEW, replace(VIEW, transfer=replace(BENT, colour_map="viridis"))) == "Change opacity and colours"
    assert changed(VIEW, replace(VIEW, halos=True)) == "Show halos"
    assert changed(VIEW, replace(VIEW, linked=False)) == "Unlink the views"
    chosen = replace(VIEW, rings=RingLook(chosen=("run-1", 3)))
    assert changed(VIEW, chosen) == "Select a halo"
    assert changed(chosen, VIEW) == "Deselect the halo"


def test_what_comes_with_another_way_of_drawing_is_called_by_it() -> None:
    assert changed(VIEW, replace(VIEW, mode="plane", light=0.1)) == "Change the way of drawing"
    assert changed(VIEW, replace(VIEW, light=0.1, opacity=0.3)) == "Change the view"


def test_what_a_run_keeps_to_itself_is_called_the_same() -> None:
    own = VIEW.with_own(OwnView("run-2", clip=VIEW.clip, transfer=VIEW.transfer))
    assert changed(own, own.changed_in("run-2", replace(own.seen_in("run-2"), clip=CLIP))) == "Change the clip box"
    bent = own.changed_in("run-2", replace(own.seen_in("run-2"), transfer=BENT))
    assert changed(own, bent) == "Change the opacity's curve"
