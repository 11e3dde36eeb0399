"""What a Qt picture shows, as an array."""

from __future__ import annotations

import numpy as np
from PyQt6.QtGui import QImage


def pixels(image: QImage) -> np.ndarray:
    """Return (height, width, 3) uint8."""
    converted = image.convertToFormat(QImage.Format.Format_RGB888)
    data = converted.constBits()
    assert data is not None
    rows = np.frombuffer(data.asarray(converted.sizeInBytes()), np.uint8).reshape(converted.height(), -1)
    return rows[:, : 3 * converted.width()].reshape(converted.height(), converted.width(), 3).copy()
