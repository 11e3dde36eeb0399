"""Zarr stores of both versions, in folders and archives; what cannot be unpacked is refused."""

from __future__ import annotations

import json
import os
import zipfile
import zlib
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numcodecs import LZ4, Blosc, GZip, Zlib, Zstd

from backends.data.description import Description
from backends.data.facts import Facts
from backends.data.field import Field
from backends.errors import InputError, UnknownFormat, UnreadableFile
from backends.readers import opening

V2: dict[str, Any] = {"zarr_format": 2, "shape": [8, 8, 8], "chunks": [5, 8, 3], "dtype": "<f4", "fill_value": 0}
GRID = {"name": "regular", "configuration": {"chunk_shape": [5, 8, 3]}}
V3: dict[str, Any] = {
    "zarr_format": 3,
    "node_type": "array",
    "shape": [8, 8, 8],
    "data_type": "float32",
    "chunk_grid": GRID,
    "chunk_key_encoding": {"name": "default"},
    "fill_value": 0.0,
    "attributes": {"quantity": "overdensity", "box_size": 50.0},
}
BYTES = {"name": "bytes", "configuration": {"endian": "little"}}


def write(
    path: Path, values: Any, metadata: dict[str, Any], pack: Any = bytes, turn: tuple[int, ...] = (0, 1, 2)
) -> Path:
    """Write one array as a store of its own, chunk by chunk, as the specification says."""
    modern = metadata["zarr_format"] == 3
    path.mkdir()
    (path / ("zarr.json" if modern else ".zarray")).write_text(json.dumps(metadata))
    if not modern:
        (path / ".zattrs").write_text(json.dumps(V3["attributes"]))
    padded = np.zeros((10, 8, 9), values.dtype)
    padded[:8, :8, :8] = values
    for i in range(2):
        for k in range(3):
            chunk = padded[5 * i : 5 * i + 5, :, 3 * k : 3 * k + 3].transpose(turn)
            file = path / (f"c/{i}/0/{k}" if modern else f"{i}.0.{k}")
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(bytes(pack(np.ascontiguousarray(chunk).tobytes())))
    return path


def field(path: Path) -> Field:
    (description,), refused = opening.describe([path])
    assert not refused
    assert (description.box_size, description.quantity) == (50, "overdensity")
    data = opening.load(description, Facts(), "")
    assert isinstance(data, Field)
    return data


@pytest.fixture
def values(rng: np.random.Generator) -> Any:
    return rng.normal(size=(8, 8, 8)).astype(np.float32)


@pytest.mark.parametrize("codec", [None, Blosc(), Blosc("zstd", 5, 2), Zstd(), LZ4(), GZip(), Zlib()])
@pytest.mark.parametrize("order", ["C", "F"])
def test_version_2(codec: Any, order: str, values: Any, tmp_path: Path) -> None:
    chosen = {"order": order, "compressor": codec and codec.get_config(), "filters": None}
    turn = (0, 1, 2) if order == "C" else (2, 1, 0)
    path = write(tmp_path / "a", values, V2 | chosen, codec.encode if codec else bytes, turn)
    np.testing.assert_array_equal(field(path).values, values)


@pytest.mark.parametrize(
    ("codecs", "pack", "turn"),
    [
        ([BYTES], bytes, (0, 1, 2)),
        ([BYTES, {"name": "zstd", "configuration": {"level": 1}}], Zstd().encode, (0, 1, 2)),
        ([BYTES, {"name": "blosc", "configuration": {}}], Blosc().encode, (0, 1, 2)),
        ([BYTES, {"name": "gzip"}, {"name": "crc32c"}], lambda data: bytes(GZip().encode(data)) + b"0000", (0, 1, 2)),
        ([{"name": "transpose", "configuration": {"order": [2, 0, 1]}}, BYTES], bytes, (2, 0, 1)),
    ],
)
def test_version_3(codecs: Any, pack: Any, turn: tuple[int, ...], values: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "a", values, V3 | {"codecs": codecs}, pack, turn)
    np.testing.assert_array_equal(field(path).values, values)


def test_shards(values: Any, tmp_path: Path) -> None:
    inner = [4, 8, 8]
    sharded = {"chunk_shape": inner, "codecs": [BYTES], "index_codecs": [BYTES, {"name": "crc32c"}]}
    metadata = V3 | {"codecs": [{"name": "sharding_indexed", "configuration": sharded}]}
    metadata["chunk_grid"] = {"name": "regular", "configuration": {"chunk_shape": [8, 8, 8]}}
    path = tmp_path / "a"
    (path / "c/0/0").mkdir(parents=True)
    (path / "zarr.json").write_text(json.dumps(metadata))
    second = values[4:].tobytes()
    index = np.array([2**64 - 1, 2**64 - 1, 0, len(second)], "<u8").tobytes()
    (path / "c/0/0/0").write_bytes(second + index + b"0000")
    expected = np.concatenate([np.zeros_like(values[:4]), values[4:]])
    np.testing.assert_array_equal(field(path).values, expected)


def test_an_archive_and_a_chunk_that_was_never_written(values: Any, tmp_path: Path) -> None:
    folder = write(tmp_path / "a", values, V2 | {"compressor": {"id": "zlib"}}, zlib.compress)
    (folder / "1.0.0").unlink()
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        for file in sorted(folder.iterdir()):
            archive.write(file, f"mine.zarr/{file.name}")
    values[5:, :, :3] = 0
    np.testing.assert_array_equal(field(tmp_path / "a.zip").values, values)
    np.testing.assert_array_equal(field(folder).values, values)


def described(path: Path) -> Description:
    found, refused = opening.describe([path])
    if refused:
        raise refused[0]
    return found[0]


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"compressor": {"id": "pickle"}}, "pickle"),
        ({"filters": [{"id": "vlen-utf8"}]}, "vlen-utf8"),
        ({"dtype": "|O"}, "no cubic grid"),
        ({"chunks": [1, 1, 1], "shape": [2000, 2000, 2000]}, "chunks"),
        ({"chunks": [2000, 2000, 2000], "shape": [2000, 2000, 2000]}, "chunks"),
        ({"shape": [8, 9, 7]}, "no cubic grid"),
        ({"chunks": [0, 8, 8]}, "chunks"),
        ({"chunks": "x"}, "no shape"),
    ],
)
def test_traps_are_refused(changed: dict[str, Any], why: str, values: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "a", values, V2 | changed)
    with pytest.raises((UnreadableFile, UnknownFormat), match=why):
        opening.load(described(path), Facts())


def test_a_chunk_that_unpacks_to_more_than_is_declared_is_refused(values: Any, tmp_path: Path) -> None:
    bomb = bytes(1 << 20)
    for name, codec in {"zlib": Zlib(), "gzip": GZip(), "zstd": Zstd(), "lz4": LZ4(), "blosc": Blosc()}.items():
        packed = bytes(codec.encode(bomb))
        path = write(tmp_path / name, values, V2 | {"compressor": {"id": name}}, lambda data, packed=packed: packed)
        with pytest.raises(UnreadableFile):
            opening.load(described(path), Facts())


def test_links_are_not_followed(values: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "a", values, V2)
    (path / "0.0.0").rename(tmp_path / "secret")
    (path / "0.0.0").symlink_to(tmp_path / "secret")
    with pytest.raises(UnreadableFile, match="link"):
        opening.load(described(path), Facts())


def test_damage_is_told(values: Any, tmp_path: Path, rng: np.random.Generator) -> None:
    for number in range(60):
        path = write(tmp_path / f"{number}", values, V2 | {"compressor": {"id": "blosc"}}, Blosc().encode)
        file = path / (".zarray" if number % 2 else "0.0.0")
        content = bytearray(file.read_bytes())
        for place in rng.integers(0, len(content), 3):
            content[place] = rng.integers(256)
        file.write_bytes(content[: rng.integers(1, len(content) + 1)])
        with suppress(InputError):
            opening.load(described(path), Facts(50.0, quantity="overdensity"))


def test_a_chunk_that_is_written_anew_makes_it_another_file(tmp_path: Path) -> None:
    """Its folder's own time says nothing of chunks that are overwritten, still less of those in folders within it."""
    values = np.zeros((8, 8, 8), np.float32)
    path = write(tmp_path / "a.zarr", values, {**V3, "codecs": [BYTES]})

    def stamped() -> int:
        (description,), _ = opening.describe([path])
        return description.stamp

    before, chunk = stamped(), path / "c/1/0/2"
    assert stamped() == before
    later = path.stat().st_mtime_ns + 10**9
    chunk.write_bytes(chunk.read_bytes())
    os.utime(chunk, ns=(later, later))
    assert stamped() != before
