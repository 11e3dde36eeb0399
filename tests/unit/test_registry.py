"""The registry: who asks while another thread still imports the members waits for all of them."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from backends.registry import Registry


def test_two_threads_see_all_members(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "slowly_found"
    package.mkdir()
    (package / "__init__.py").write_text("members = []\n", encoding="utf-8")
    for name in "ab":
        code = f"import time\ntime.sleep(0.1)\nfrom slowly_found import members\nmembers.append({name!r})\n"
        (package / f"{name}.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    found: Registry[object] = Registry("slowly_found", "slowly.found", "thing")

    def ask(_: int) -> int:
        import slowly_found

        found.names()
        return len(slowly_found.members)

    with ThreadPoolExecutor(2) as threads:
        assert list(threads.map(ask, range(2))) == [2, 2]
