"""The control points of a transfer function and what may be done to them, without any drawing."""

from __future__ import annotations

from collections.abc import Sequence

Point = tuple[float, float]

LEAST_GAP = 0.004
"""Points keep this distance along the range, so that the function stays one."""


class ControlPoints:
    """Points (position, opacity), each in [0, 1], ascending; the first and the last stay at the ends."""

    def __init__(self, points: Sequence[Point]) -> None:
        self._points = sorted((_held(x), _held(y)) for x, y in points)
        if not self._points or self._points[0][0] > 0.0:
            self._points.insert(0, (0.0, self._points[0][1] if self._points else 0.0))
        if self._points[-1][0] < 1.0:
            self._points.append((1.0, self._points[-1][1]))

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(self._points)

    def __len__(self) -> int:
        return len(self._points)

    def is_end(self, number: int) -> bool:
        """Whether a point is the first or the last, which move only up and down."""
        return number in (0, len(self._points) - 1)

    def move(self, number: int, position: float, opacity: float) -> None:
        """Move a point, as far as its neighbours and the range let it."""
        if self.is_end(number):
            position = self._points[number][0]
        else:
            low, high = self._points[number - 1][0] + LEAST_GAP, self._points[number + 1][0] - LEAST_GAP
            position = min(max(position, low), high) if low <= high else self._points[number][0]
        self._points[number] = (position, _held(opacity))

    def add(self, position: float, opacity: float) -> int | None:
        """Add a point and return its number; None where there is no room for one."""
        position = _held(position)
        number = next((i for i, (x, _) in enumerate(self._points) if x > position), len(self._points) - 1)
        low, high = self._points[number - 1][0], self._points[number][0]
        if number == 0 or not low + LEAST_GAP <= position <= high - LEAST_GAP:
            return None
        self._points.insert(number, (position, _held(opacity)))
        return number

    def add_after(self, number: int) -> int | None:
        """Add a point half way to the next one (to the one before, at the end), on the line."""
        first = min(number, len(self._points) - 2)
        (x0, y0), (x1, y1) = self._points[first], self._points[first + 1]
        return self.add((x0 + x1) / 2, (y0 + y1) / 2)

    def remove(self, number: int) -> bool:
        """Remove a point; the ends stay. Returns whether it was removed."""
        if self.is_end(number):
            return False
        del self._points[number]
        return True


def _held(value: float) -> float:
    return min(max(float(value), 0.0), 1.0)
