"""Rows to a table that is whole or not there: CSV, JSON lines or Parquet, as the file's name ends."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from components.photo.export import COLUMNS, CSV_HEADS, without_formulas

Rows = Iterable[Mapping[str, Any]]

# Rows of a Parquet file that are in memory together.
_GROUP = 10_000

_TEXT, _WHOLE, _NUMBER = pa.string(), pa.int64(), pa.float64()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of table.

    Attributes:
        types: The type of each column, by its name.
        heads: What a CSV file calls each column, with units.
    """

    types: Mapping[str, pa.DataType]
    heads: Mapping[str, str]


FACES = Kind({name: {"photo": _TEXT, "number": _WHOLE}.get(name, _NUMBER) for name in COLUMNS}, CSV_HEADS)
_PHOTO_TYPES = {
    "photo": _TEXT,
    "status": _TEXT,
    "width": _WHOLE,
    "height": _WHOLE,
    "faces": _WHOLE,
    "seconds": _NUMBER,
    "reason": _TEXT,
    "note": _TEXT,
    "content": _TEXT,
}
PHOTOS = Kind(
    _PHOTO_TYPES,
    {name: name for name in _PHOTO_TYPES}
    | {"width": "width_px", "height": "height_px", "content": "content_sha256"},
)


def write_csv(path: Path, kind: Kind, rows: Rows) -> None:
    """Write a CSV file in UTF-8."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(kind.types))
        writer.writerow(kind.heads)
        writer.writerows(map(without_formulas, rows))


def write_json_lines(path: Path, _kind: Kind, rows: Rows) -> None:
    """Write a file with a JSON object in each line, in UTF-8."""
    with path.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")


def write_parquet(path: Path, kind: Kind, rows: Rows) -> None:
    """Write a Parquet file."""
    schema = pa.schema(kind.types.items())
    remaining = iter(rows)
    with pq.ParquetWriter(path, schema) as writer:
        while group := list(islice(remaining, _GROUP)):
            writer.write_table(pa.Table.from_pylist(group, schema))


WRITERS: Mapping[str, Callable[[Path, Kind, Rows], None]] = {
    ".parquet": write_parquet,
    ".csv": write_csv,
    ".jsonl": write_json_lines,
}


def write_table(path: Path, kind: Kind, rows: Rows) -> None:
    """Write a table, which is there when it is whole.

    Args:
        path: The table's place; its name ends in one of `WRITERS`.
        kind: The kind of table.
        rows: Taken once, one after the other.
    """
    with whole_file(path) as unfinished:
        WRITERS[path.suffix.lower()](unfinished, kind, rows)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A place to write a file in, which moves to its own place when it is complete.

    Args:
        path: The file's own place, in a folder that is made where it is missing.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, since only there a file moves in one step.
    unfinished = path.with_name(f".{path.name}.unfinished")
    try:
        yield unfinished
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
