"""Panels and dialogs: what the person does comes up as one frozen value, and shown values announce nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PyQt6.QtCore import QPoint, Qt
from PyQt6.QtWidgets import QApplication, QLineEdit, QMenu, QWidget
from pytestqt.qtbot import QtBot

from app.explained_facts import said
from backends.attribution.answer import Fact as Stated
from backends.data.facts import Facts
from backends.data.parameters import Parameters
from backends.data.view import RingLook, ViewSettings
from widgets.corrections import CorrectionDialog
from widgets.explain_parameters import ExplainParameters, ExplainState, Method
from widgets.export_dialog import ExportChoice, ExportDialog
from widgets.header import Header
from widgets.messages import MessageBar
from widgets.ring_controls import RingControls
from widgets.section import Folded
from widgets.segmented import Segmented
from widgets.sliders import numbers
from widgets.snapshot_facts import Fact, SnapshotFacts
from widgets.statistic_parameters import StatisticParameters
from widgets.status_line import StatusLine
from widgets.style import apply, stylesheet
from widgets.task_row import TaskRow
from widgets.theme import theme
from widgets.transfer_function_editor import TransferFunctionEditor
from widgets.volume_parameters import VolumeParameters

_LEFT = Qt.MouseButton.LeftButton


@pytest.fixture(autouse=True)
def dressed(qapp: QApplication) -> None:
    apply(qapp, theme("dark"))


@pytest.fixture
def volume(qtbot: QtBot) -> VolumeParameters:
    panel = VolumeParameters(TransferFunctionEditor())
    qtbot.addWidget(panel)
    panel.resize(250, 700)
    panel.show()
    qtbot.waitExposed(panel)
    panel.show_view(ViewSettings(mode="dvr"), 128.0)
    return panel


def _choose(qtbot: QtBot, row: Segmented, label: str) -> None:
    button = next(b for b in row.findChildren(type(row._group.buttons()[0])) if b.text() == label)
    qtbot.mouseClick(button, _LEFT)


def test_a_choice_is_one_request_without_a_merge_key(volume: VolumeParameters, qtbot: QtBot) -> None:
    with qtbot.waitSignal(volume.view_requested) as asked:
        _choose(qtbot, volume.mode, "Slice")
    assert asked.args == [ViewSettings(mode="slice"), ""]


def test_one_drag_has_one_merge_key_and_the_next_another(volume: VolumeParameters, qtbot: QtBot) -> None:
    asked: list[tuple[ViewSettings, str]] = []
    volume.view_requested.connect(lambda view, key: asked.append((view, key)))
    track = volume.opacity.track
    for start in (60, 120):
        qtbot.mousePress(track, _LEFT, pos=QPoint(start, 8))
        for x in range(start, start + 30, 10):
            qtbot.mouseMove(track, QPoint(x, 8))
        qtbot.mouseRelease(track, _LEFT, pos=QPoint(start + 30, 8))
    keys = [key for _, key in asked]
    assert len(asked) >= 4
    assert len(set(keys)) == 2
    assert all(key.startswith("opacity") for key in keys)
    assert asked[-1][0].opacity > asked[0][0].opacity


def test_depth_is_shown_in_mpc_and_asked_for_in_shares(volume: VolumeParameters, qtbot: QtBot) -> None:
    volume.show_view(ViewSettings(mode="slice", depth=(0.25, 0.5)), 128.0)
    assert volume.depth_range.edit.text() == "32 – 64 Mpc/h"
    volume.depth_range.edit.setFocus()
    volume.depth_range.edit.setText("16-32")
    with qtbot.waitSignal(volume.view_requested) as asked:
        qtbot.keyClick(volume.depth_range.edit, Qt.Key.Key_Return)
    assert asked.args[0].depth == (0.125, 0.25)


def test_tab_goes_from_the_drawing_to_its_transfer_function(volume: VolumeParameters, qtbot: QtBot) -> None:
    volume.show()
    QApplication.setActiveWindow(volume)
    drawing = next(w for w in volume.mode.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus)
    drawing.setFocus()
    qtbot.keyClick(drawing, Qt.Key.Key_Tab)
    assert isinstance(QApplication.focusWidget(), TransferFunctionEditor)


def test_without_a_box_size_lengths_are_shares(volume: VolumeParameters) -> None:
    volume.show_view(ViewSettings(), None)
    assert volume.depth_range.edit.text() == "0 – 100 %"


def test_what_is_shown_is_not_asked_for(volume: VolumeParameters, qtbot: QtBot) -> None:
    with qtbot.assertNotEmitted(volume.view_requested):
        volume.show_view(ViewSettings(mode="mip", scaling="asinh", opacity=3.0, halos=True, axis=0), 50.0)
    assert volume.mode.value() == "mip"
    assert volume.halos.isChecked()


def test_tab_visits_both_ends_of_a_range_and_keys_move_them(volume: VolumeParameters, qtbot: QtBot) -> None:
    volume.show_view(ViewSettings(mode="slice"), 100.0)
    track = volume.depth_range.track
    with qtbot.waitActive(volume):
        volume.activateWindow()
    volume.depth_range.edit.setFocus()
    qtbot.keyClick(volume.depth_range.edit, Qt.Key.Key_Tab)
    assert track.hasFocus()
    qtbot.keyClick(track, Qt.Key.Key_PageUp)
    qtbot.keyClick(track, Qt.Key.Key_Tab)
    assert track.hasFocus()
    qtbot.keyClick(track, Qt.Key.Key_Left)
    assert track.fractions() == pytest.approx((0.1, 0.99))
    qtbot.keyClick(track, Qt.Key.Key_Tab)
    assert not track.hasFocus()


def test_a_typed_value_is_held_within_the_scale_and_nonsense_is_put_back(
    volume: VolumeParameters, qtbot: QtBot
) -> None:
    edit = volume.opacity.edit
    edit.setFocus()
    edit.setText("1000")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert volume.opacity.values() == (10.0,)
    edit.setText("much")
    with qtbot.assertNotEmitted(volume.view_requested):
        qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "10.00"


@pytest.mark.parametrize(
    ("typed", "read"),
    [("0,5", (0.5,)), ("10 – 20", (10.0, 20.0)), ("10-20", (10.0, 20.0)), ("-3 1e2", (-3.0, 100.0)), ("x", ())],
)
def test_numbers_are_read_as_people_write_them(typed: str, read: tuple[float, ...]) -> None:
    assert numbers(typed) == read


def test_statistics_ask_for_parameters(qtbot: QtBot) -> None:
    panel = StatisticParameters()
    qtbot.addWidget(panel)
    panel.show()
    qtbot.mouseClick(panel.section.button, _LEFT)
    with qtbot.waitSignal(panel.parameters_requested) as asked:
        _choose(qtbot, panel.controls.assignment, "CIC")
    assert asked.args == [Parameters(mass_assignment="cic"), ""]


def test_a_mesh_that_is_not_on_the_list_is_shown_too(qtbot: QtBot) -> None:
    panel = StatisticParameters()
    qtbot.addWidget(panel)
    panel.show_parameters(Parameters(n_mesh=80))
    assert panel.controls.mesh.currentText() == "80³ cells"


def test_corrections_state_only_what_is_entered(qtbot: QtBot) -> None:
    dialog = CorrectionDialog(None, "U-Net", Facts(None, 0.5, "overdensity", None), Facts(cell_offset=0.5))
    qtbot.addWidget(dialog)
    assert dialog.facts() == Facts(cell_offset=0.5)
    qtbot.keyClicks(dialog.box_size, "128")
    assert dialog.facts() == Facts(box_size=128.0, cell_offset=0.5)


def test_corrections_refuse_what_cannot_be(qtbot: QtBot) -> None:
    dialog = CorrectionDialog(None, "U-Net", Facts(), Facts())
    qtbot.addWidget(dialog)
    ok = dialog._buttons.button(dialog._buttons.StandardButton.Ok)
    for wrong in ("0", "-5", "wide", "inf"):
        dialog.box_size.setText(wrong)
        assert not ok.isEnabled()
        assert "above 0 Mpc/h" in dialog._wrong.text()
    dialog.box_size.setText("12,5")
    assert ok.isEnabled()
    assert dialog.facts().box_size == 12.5


def test_explaining_becomes_cancelling_while_it_runs(qtbot: QtBot) -> None:
    panel = ExplainParameters()
    qtbot.addWidget(panel)
    panel.show()
    methods = (Method("integrated-gradients", "Integrated gradients"), Method("grad-cam", "Grad-CAM"))
    panel.show_state(ExplainState(methods, "grad-cam"))
    with qtbot.waitSignal(panel.explain_requested) as asked:
        qtbot.mouseClick(panel.button, _LEFT)
    assert asked.args == ["grad-cam"]
    panel.show_state(ExplainState(methods, "grad-cam", running=True, fraction=0.3))
    with qtbot.waitSignal(panel.cancel_requested):
        qtbot.mouseClick(panel.button, _LEFT)
    panel.show_state(ExplainState(methods, why_not="No network is at hand. Open a bundle with weights"))
    assert not panel.button.isEnabled()


def test_no_words_about_explanations_make_their_panel_wider(qtbot: QtBot) -> None:
    panel = ExplainParameters()
    qtbot.addWidget(panel)
    alone = panel.minimumSizeHint().width()
    answers = [("Swin", [Stated("entropy", 3.97, "")]), ("A network of a very long name", [Stated("entropy", 4.0, "")])]
    facts = said(answers, [("U-Net", f"U-Net has no attention, {'and says so at length ' * 4}")])
    panel.show_state(
        ExplainState(facts=(*facts, Fact("A heading of many words " * 4, "")), target_text="1, 2, 3 Mpc/h")
    )
    assert panel.minimumSizeHint().width() <= max(alone, 236)
    assert any(fact.name.startswith("U-Net: has no attention, and says") for fact in facts)


def test_export_offers_what_fits_the_thing(qtbot: QtBot) -> None:
    dialog = ExportDialog(None, (("power-spectrum", "Power spectrum"),), ExportChoice(format="svg"), (800, 600))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.choice() == ExportChoice("figure", "power-spectrum", "svg", 180, 120, 300)
    dialog.what.setFocus()
    qtbot.keyClick(dialog.what, Qt.Key.Key_Down)
    chosen = dialog.choice()
    assert (chosen.what, chosen.format, chosen.width, chosen.height) == ("view", "png", 800, 600)
    assert not dialog.fineness.isVisible()
    assert dialog.transparent.isVisible()
    qtbot.keyClick(dialog.what, Qt.Key.Key_Down)
    chosen = dialog.choice()
    assert (chosen.what, chosen.format, chosen.path, chosen.width) == ("movie", "mp4", "turn", 800)
    assert dialog.seconds.isVisible()
    assert not dialog.transparent.isVisible()
    qtbot.keyClick(dialog.what, Qt.Key.Key_Down)
    assert (dialog.choice().what, dialog.choice().format, dialog.choice().width) == ("numbers", "csv", 0)


def test_messages_stack_once_each_and_are_dismissed(qtbot: QtBot) -> None:
    bar = MessageBar()
    qtbot.addWidget(bar)
    assert not bar.isVisible()
    bar.show_message("error", "a.hdf5 is truncated", "It could not be loaded", "Copy it again")
    bar.show_message("warning", "2 of 4 pieces are missing")
    bar.show_message("error", "a.hdf5 is truncated", "It could not be loaded", "Copy it again")
    assert bar.isVisible()
    assert bar.messages() == ("a.hdf5 is truncated", "2 of 4 pieces are missing")
    qtbot.mouseClick(bar._messages[0].copy, _LEFT)
    clipboard = QApplication.clipboard()
    assert clipboard is not None
    assert clipboard.text().endswith("a.hdf5 is truncated\nCopy it again")
    for _ in range(2):
        qtbot.mouseClick(bar._messages[0].close_button, _LEFT)
    assert not bar.isVisible()


def test_tasks_can_be_cancelled_from_the_line_and_from_the_list(qtbot: QtBot) -> None:
    line = StatusLine()
    qtbot.addWidget(line)
    line.resize(1100, 27)
    line.show()
    line.show_tasks((TaskRow("a", "Halo mass function · Swin", 0.62), TaskRow("b", "Power spectrum · FNO")))
    assert line.tasks.line.share.text() == "62 % ·"
    with qtbot.waitSignal(line.cancel_requested) as asked:
        qtbot.mouseClick(line.tasks.line.cancel, _LEFT)
    assert asked.args == ["a"]
    qtbot.mouseClick(line.tasks.more, _LEFT)
    assert line.tasks.popup.isVisible()
    with qtbot.waitSignal(line.cancel_requested) as asked:
        qtbot.mouseClick(line.tasks._lines[1].cancel, _LEFT)
    assert asked.args == ["b"]
    line.show_tasks(())
    assert not line.tasks.popup.isVisible()
    assert not line.tasks.line.isVisible()


def test_the_facts_of_nothing_take_no_room(qtbot: QtBot) -> None:
    facts = SnapshotFacts()
    qtbot.addWidget(facts)
    facts.show_facts((Fact("Box", "128 Mpc/h"),), ("No redshift is stated",))
    assert facts.isVisible()
    facts.show_facts(())
    assert not facts.isVisible()


def test_the_header_names_pages_and_fits_a_narrow_window(qtbot: QtBot) -> None:
    header = Header()
    qtbot.addWidget(header)
    menus = [QMenu() for _ in range(4)]
    for title, menu in zip(("&File", "&Edit", "&View", "&Help"), menus, strict=True):
        header.add_menu(title, menu)
    header.set_pages(("view", "compare", "explain"), "compare")
    header.resize(1100, 44)
    header.show()
    assert header.minimumSizeHint().width() <= 1100
    assert header._tabs["compare"].isChecked()
    with qtbot.waitSignal(header.page_requested) as asked:
        qtbot.mouseClick(header._tabs["view"], _LEFT)
    assert asked.args == ["view"]
    assert [action.text() for action in header.menus.actions()] == ["File", "Edit", "View", "Help"]


@pytest.mark.parametrize("name", ["dark", "light"])
def test_the_style_leaves_no_token_unfilled(name: str) -> None:
    assert "@" not in stylesheet(theme(name))


@pytest.mark.parametrize(
    "make",
    [lambda: VolumeParameters(TransferFunctionEditor()), StatisticParameters, ExplainParameters, StatusLine, Header],
)
def test_every_control_has_a_name_and_a_tool_tip(qtbot: QtBot, make: Callable[[], QWidget]) -> None:
    panel = make()
    qtbot.addWidget(panel)
    for folded in panel.findChildren(Folded):
        folded.unfold(True)
    controls = [
        w for w in panel.findChildren(QWidget) if w.focusPolicy() & Qt.FocusPolicy.TabFocus and w.isVisibleTo(panel)
    ]
    lacking = [w for w in controls if not (w.accessibleName() or getattr(w, "text", str)())]
    assert not lacking
    assert not [w for w in controls if not w.toolTip() and w.isEnabled()]


def test_the_least_mass_of_rings_reads_as_all_at_its_lowest(qtbot: QtBot) -> None:
    controls = RingControls()
    qtbot.addWidget(controls)
    assert controls.least.edit.text() == "all"
    controls.show_view(ViewSettings(rings=RingLook(least=10**13.5)))
    assert controls.least.edit.text() == "13.5 log₁₀ Msun/h"
    with qtbot.waitSignal(controls.view_requested) as asked:
        qtbot.keyClick(controls.least.track, Qt.Key.Key_Home)
    assert asked.args[0].rings.least == 0.0
    assert controls.least.edit.text() == "all"


def test_sliders_name_their_unit_where_one_points(qtbot: QtBot) -> None:
    volume = VolumeParameters(TransferFunctionEditor())
    qtbot.addWidget(volume)
    volume.show_view(ViewSettings(mode="slice"), None)
    assert "Unit: %" in volume.depth_range.track.toolTip()
    volume.show_view(ViewSettings(mode="slice"), 128.0)
    assert "Unit: Mpc/h" in volume.depth_range.track.toolTip()
    assert "Unit: Mpc/h" in volume.clip[0].edit.toolTip()


def test_a_linking_length_is_shown_as_it_was_typed(qtbot: QtBot) -> None:
    panel = StatisticParameters()
    qtbot.addWidget(panel)
    for folded in panel.findChildren(Folded):
        folded.unfold(True)
    panel.show_parameters(Parameters(linking_length=0.168))
    edits = [edit for edit in panel.findChildren(QLineEdit) if edit.accessibleName().startswith("Linking length")]
    assert [edit.text() for edit in edits] == ["0.168 spacings"]
