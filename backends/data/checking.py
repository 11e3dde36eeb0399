"""Whether what was read from a file is what a plain value's fields are said to be."""

from __future__ import annotations

import math
from dataclasses import fields, is_dataclass
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

LARGEST = 1e30
"""No number of a study is larger."""

Value = TypeVar("Value")


def checked(value: Value) -> Value:
    """Return a dataclass of plain fields as it is, and all that lie in it.

    Raises
    ------
    ValueError
        Where a field is of another kind than it is said to be, or a number is endless or beyond all measure.
    """
    assert is_dataclass(value)
    hints = get_type_hints(type(value))
    for field in fields(value):
        held = getattr(value, field.name)
        if not _fits(held, hints[field.name]):
            raise ValueError(f"{field.name} is {_short(held)}")
    return value


def _fits(value: Any, hint: Any) -> bool:
    origin, inner = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        return any(_fits(value, one) for one in inner)
    if origin is tuple:
        if not isinstance(value, tuple):
            return False
        if inner[-1] is Ellipsis:
            return all(_fits(item, inner[0]) for item in value)
        return len(value) == len(inner) and all(_fits(item, one) for item, one in zip(value, inner, strict=True))
    if hint is float:
        return isinstance(value, (int, float)) and not isinstance(value, bool) and _is_usual(value)
    if hint is int:
        return isinstance(value, int) and not isinstance(value, bool) and _is_usual(value)
    if hint is NoneType:
        return value is None
    if is_dataclass(hint):
        return isinstance(value, hint) and checked(value) is value  # type: ignore[arg-type]
    return isinstance(value, hint)


def _is_usual(value: float) -> bool:
    return -LARGEST <= value <= LARGEST and (isinstance(value, int) or math.isfinite(value))


def _short(value: Any) -> str:
    said = repr(value)
    return said if len(said) <= 40 else f"{said[:37]}…"
