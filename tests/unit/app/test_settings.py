"""What is remembered between starts keeps no window from starting."""

from __future__ import annotations

import errno
import os
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from app.settings import Settings


@pytest.mark.parametrize("number", [errno.EACCES, errno.ENOTCONN, errno.ESTALE])
def test_a_recent_file_that_cannot_be_looked_at_is_left_out(
    number: int, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there, away = tmp_path / "there.npy", tmp_path / "away.npy"
    there.touch()
    away.touch()
    settings = Settings(temporary=True)
    settings.opened((away, there))
    assert list(settings.recent) == [away, there]
    stat = os.stat

    def refusing(path: Any, *args: Any, **how: Any) -> os.stat_result:
        if Path(path) == away:  # a folder that was closed, a file system that has gone
            raise OSError(number, os.strerror(number), str(path))
        return stat(path, *args, **how)

    monkeypatch.setattr(os, "stat", refusing)
    assert list(settings.recent) == [there]
    monkeypatch.undo()
    settings.close()
