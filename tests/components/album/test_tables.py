import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from components.album.tables import FACES, PHOTOS, WRITERS, Kind, whole_file, write_table
from components.photo.export import CSV_HEADS

ENDINGS = sorted(WRITERS)


def row_of(kind: Kind, number: int) -> dict[str, Any]:
    by_type = {"string": f'ä, "{number}"', "int64": number, "double": number + 0.1}
    return {name: by_type[str(column)] for name, column in kind.types.items()}


def read(path: Path) -> list[dict[str, Any]]:
    """The rows of a table; texts only from a CSV file."""
    match path.suffix:
        case ".csv":
            with path.open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
        case ".jsonl":
            return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        case _:
            return list(pq.read_table(path).to_pylist())


@pytest.mark.parametrize("kind", [FACES, PHOTOS], ids=["faces", "photos"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_rows_come_back(tmp_path: Path, ending: str, kind: Kind) -> None:
    rows = [row_of(kind, number) for number in range(3)]
    write_table(tmp_path / f"t{ending}", kind, iter(rows))
    expected: list[dict[str, Any]] = rows
    if ending == ".csv":
        expected = [{kind.heads[name]: str(value) for name, value in row.items()} for row in rows]
    assert read(tmp_path / f"t{ending}") == expected


def test_a_csv_file_has_no_formulas(tmp_path: Path) -> None:
    row = {**row_of(PHOTOS, 1), "photo": "=1+1.jpg", "reason": "@SUM(A1)"}
    write_table(tmp_path / "t.csv", PHOTOS, [row])
    (read_back,) = read(tmp_path / "t.csv")
    assert (read_back["photo"], read_back["reason"]) == ("'=1+1.jpg", "'@SUM(A1)")
    write_table(tmp_path / "t.parquet", PHOTOS, [row])
    assert read(tmp_path / "t.parquet") == [row]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_table_may_have_no_rows_or_gaps(tmp_path: Path, ending: str) -> None:
    write_table(tmp_path / f"t{ending}", PHOTOS, [])
    assert read(tmp_path / f"t{ending}") == []
    write_table(tmp_path / f"t{ending}", PHOTOS, [{**row_of(PHOTOS, 1), "width": None}])
    (row,) = read(tmp_path / f"t{ending}")
    assert not row["width_px" if ending == ".csv" else "width"]


@pytest.mark.parametrize("ending", ENDINGS)
def test_a_table_is_whole_or_not_there(tmp_path: Path, ending: str) -> None:
    def rows() -> Iterator[dict[str, Any]]:
        yield row_of(FACES, 1)
        raise OSError("the disk is full")

    path = tmp_path / "new" / f"t{ending}"
    with pytest.raises(OSError, match="disk"):
        write_table(path, FACES, rows())
    assert list(path.parent.iterdir()) == []
    # An earlier table stays.
    write_table(path, FACES, [row_of(FACES, 1)])
    before = path.read_bytes()
    with pytest.raises(OSError, match="disk"):
        write_table(path, FACES, rows())
    assert path.read_bytes() == before


def test_a_file_is_not_there_before_it_is_complete(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.txt"
    with whole_file(path) as unfinished:
        unfinished.write_text("all", encoding="utf-8")
        assert not path.exists()
    assert [file.name for file in path.parent.iterdir()] == ["a.txt"]


def test_csv_files_of_faces_have_the_heads_of_the_photo_page(tmp_path: Path) -> None:
    write_table(tmp_path / "t.csv", FACES, [])
    assert (tmp_path / "t.csv").read_text().strip() == ",".join(CSV_HEADS.values())
