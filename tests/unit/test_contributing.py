"""What CONTRIBUTING.md tells people to write works as it stands."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

SCRIPT = """
import sys
sys.path.insert(0, sys.argv[1])
import added
import numpy as np
from backends.data.field import Field
from backends.data.parameters import Parameters
from backends.progress import silent
from backends.statistics import registry
from backends.statistics.sample import Sample

noise = np.random.default_rng(0).normal(1, 0.1, (32, 32, 32)).astype(np.float32)
sample = Sample(lambda species, progress: Field(noise, 64.0), label="white noise")
result = registry()["variance-in-cells"].compute(sample, None, Parameters(), silent)
np.testing.assert_allclose(result["side"], [2, 4, 8, 16])
np.testing.assert_allclose(result["variance"] * 8.0 ** np.arange(4), 0.01, rtol=0.5)
np.testing.assert_allclose(result["variance"][0], noise.var(dtype=np.float64))
"""


def test_the_statistic_of_five_minutes_works(tmp_path: Path) -> None:
    """White noise: every doubling of the cells' side averages eight of them."""
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    code = text.split("## Add a statistic in five minutes")[1].split("```python\n")[1].split("```")[0]
    (tmp_path / "added.py").write_text(code, encoding="utf-8")
    command = [sys.executable, "-W", "error", "-c", SCRIPT, str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
