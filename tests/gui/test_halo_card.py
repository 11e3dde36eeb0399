"""Where the card of a halo is: never on its ring while there is room elsewhere, never on the view's name."""

from __future__ import annotations

import pytest
from PyQt6.QtCore import QPointF, QRectF

from widgets.views.rings import NAME, card_beside

CELL = QRectF(100.0, 50.0, 270.0, 305.0)


@pytest.mark.parametrize(("wide", "tall"), [(150.0, 88.0), (110.0, 24.0), (190.0, 104.0)])
def test_a_card_is_in_its_cell_beside_its_ring_and_below_the_name(wide: float, tall: float) -> None:
    room = CELL.adjusted(0, NAME, 0, 0)
    for x in range(int(CELL.left()), int(CELL.right()), 15):
        for y in range(int(CELL.top()), int(CELL.bottom()), 15):
            middle = QPointF(x, y)
            card = card_beside(middle, 12.0, wide, tall, CELL)
            assert room.contains(card), (x, y)
            assert not card.intersects(QRectF(x - 8, y - 8, 16, 16)), (x, y)


def test_a_card_that_has_no_room_beside_its_ring_stays_in_the_cell() -> None:
    middle = CELL.center()
    card = card_beside(middle, 140.0, 150.0, 88.0, CELL)
    assert CELL.contains(card)
