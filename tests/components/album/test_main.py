"""The command line, as a user types it."""

import csv
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from components.album.__main__ import main
from components.photo.image import read_photo
from tests.album_files import ALL, BAD, GOOD, write_album

ROOT = Path(__file__).parent.parent.parent.parent


@pytest.fixture
def album(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An album in the current folder."""
    monkeypatch.chdir(tmp_path)
    return write_album(tmp_path / "album")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["--processes", "1", *arguments])


def photo_rows(path: Path) -> dict[str, dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row["photo"]: row for row in csv.DictReader(file)}


@pytest.mark.usefixtures("album")
def test_a_folder_becomes_tables(tmp_path: Path) -> None:
    result = run("album", "--out", "faces.csv")
    assert result.exit_code == 1, result.output
    photos = photo_rows(tmp_path / "faces.photos.csv")
    assert set(photos) == {f"album/{name}" for name in ALL}
    assert {name for name, row in photos.items() if row["status"] == "failed"} == {
        f"album/{name}" for name in BAD
    }
    faces = (tmp_path / "faces.csv").read_text(encoding="utf-8").splitlines()
    assert len(faces) - 1 == sum(int(row["faces"]) for row in photos.values()) > 8
    assert "3 failed" in result.stderr
    # The reason stands beside the photo, and in the terminal.
    assert photos["album/empty.jpg"]["reason"] in result.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "album",
        "faces.csv",
        "faces.csv.journal",
        "faces.photos.csv",
    ]


@pytest.mark.usefixtures("album")
def test_without_failures_the_exit_code_is_0(tmp_path: Path) -> None:
    result = run("album/*.png", "album/trip/*.webp", "--out", "new/faces.parquet")
    assert result.exit_code == 0, result.output
    assert pq.read_table(tmp_path / "new" / "faces.photos.parquet").num_rows == 2
    assert pq.read_table(tmp_path / "new" / "faces.parquet").num_rows == 5


def test_crops_hidden_copies_and_a_contact_sheet(album: Path, tmp_path: Path) -> None:
    made = ("--crops", "crops", "--hidden", "hidden", "--hide-by", "cover", "--contact-sheet", "sheet.html")
    assert run("album/a.jpg", "album/b.png", "--out", "f.jsonl", *made).exit_code == 0
    crops = sorted(path.relative_to(tmp_path).as_posix() for path in (tmp_path / "crops").rglob("*.jpg"))
    assert crops == [
        *(f"crops/album/a.jpg-face-0{number}.jpg" for number in (1, 2, 3)),
        "crops/album/b.png-face-01.jpg",
    ]
    hidden = read_photo((tmp_path / "hidden" / "album" / "b.png-hidden.jpg").read_bytes())
    assert hidden.shape == read_photo(GOOD["b.png"]).shape
    assert (tmp_path / "sheet.html").read_text(encoding="utf-8").count("<img") == 4
    # A crop that someone removed comes back; a photo that changed takes its crops along.
    (tmp_path / "crops" / "album" / "b.png-face-01.jpg").unlink()
    (album / "a.jpg").write_bytes(GOOD["b.png"])
    assert run("album/a.jpg", "album/b.png", "--out", "f.jsonl", *made).exit_code == 0
    crops = sorted(path.name for path in (tmp_path / "crops").rglob("*.jpg"))
    assert crops == ["a.jpg-face-01.jpg", "b.png-face-01.jpg"]


def test_the_next_run_looks_only_at_what_is_missing_or_changed(album: Path, tmp_path: Path) -> None:
    run("album", "--out", "faces.csv")
    before = photo_rows(tmp_path / "faces.photos.csv")
    # New, changed, gone, and the same content with another time.
    (album / "new.jpg").write_bytes(GOOD["b.png"])
    (album / "a.jpg").write_bytes(GOOD["trip/c.jpg"])
    (album / "b.png").unlink()
    os.utime(album / "trip" / "c.jpg", (0, 0))
    result = run("album", "--out", "faces.csv")
    after = photo_rows(tmp_path / "faces.photos.csv")
    assert set(after) - set(before) == {"album/new.jpg"}
    assert set(before) - set(after) == {"album/b.png"}
    # What was looked at again took another time.
    looked_at = {name for name in after if after[name] != before.get(name)}
    assert {"album/new.jpg", "album/a.jpg"} <= looked_at <= {"album/new.jpg", "album/a.jpg", *bad_names()}
    assert after["album/a.jpg"]["faces"] == after["album/trip/c.jpg"]["faces"]
    assert "unchanged=4" in result.stderr


@pytest.mark.usefixtures("album")
def test_another_folder_gets_all_its_files_and_the_first_keeps_its_own(tmp_path: Path) -> None:
    for folder in ("first", "second"):
        assert run("album/a.jpg", "--out", "f.csv", "--crops", folder).exit_code == 0
    assert run("album/a.jpg", "--out", "f.csv").exit_code == 0
    for folder in ("first", "second"):
        assert len(list((tmp_path / folder).rglob("*.jpg"))) == 3


def test_what_was_made_of_a_photo_that_is_gone_is_removed(album: Path, tmp_path: Path) -> None:
    made = ("--crops", "crops", "--hidden", "hidden")
    run("album", "--out", "f.csv", *made)
    (album / "a.jpg").unlink()
    (album / "trip" / "c.jpg").rename(album / "trip" / "e.jpg")
    run("album", "--out", "f.csv", *made)
    names = {
        path.name.partition("-")[0]
        for folder in ("crops", "hidden")
        for path in tmp_path.glob(f"{folder}/**/*.jpg")
    }
    assert "e.jpg" in names
    assert not names & {"a.jpg", "c.jpg"}


@pytest.mark.usefixtures("album")
def test_two_addresses_of_one_photo_give_one_row_and_a_full_bar(tmp_path: Path) -> None:
    result = run("album/b.png", "album/trip/*.*", "album/b.png", "--out", "f.csv")
    trip = {f"album/trip/{path.name}" for path in (tmp_path / "album" / "trip").glob("*.*")}
    assert set(photo_rows(tmp_path / "f.photos.csv")) == {"album/b.png", *trip}
    assert result.stderr.rpartition("\r")[2].startswith("100%")


@pytest.mark.usefixtures("album")
def test_a_run_that_cannot_begin_leaves_nothing(tmp_path: Path) -> None:
    run("nothing", "--out", "new/f.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["album"]


@pytest.mark.usefixtures("album")
def test_its_own_output_is_no_photo(tmp_path: Path) -> None:
    for _ in range(2):
        result = run("album/**", "--out", "album/faces.csv", "--contact-sheet", "album/sheet.html")
        assert f" {len(ALL)}/{len(ALL)} " in result.stderr
        assert len(photo_rows(tmp_path / "album" / "faces.photos.csv")) == len(ALL)


def bad_names() -> set[str]:
    return {f"album/{name}" for name in BAD}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nothing", "--out", "f.csv"], "There is nothing at nothing"),
        (["album", "--out", "f.xlsx"], "must end in"),
        (["album"], "Missing option '--out'"),
        (["empty", "--out", "f.csv"], "no photos"),
        (["album", "--out", "f.csv", "--min-face-size", "3"], "--min-face-size"),
        (["album", "--out", "f.csv", "--crops", "album/crops"], "lies in album"),
        (["album", "--out", "f.csv", "--hidden", "album"], "lies in album"),
        (["album/**", "--out", "f.csv", "--crops", "album/crops"], "lies in album"),
        (["album", "--out", "album/a.jpg/f.csv"], "cannot be written"),
        (["album", "--out", "f.csv", "--min-confidence", "1.5"], "--min-confidence"),
        (["album", "--out", "s3://bucket/f.csv"], "a folder of this machine"),
        (["album", "--out", "f.csv", "--crops", "f.photos.csv"], "a file that this run writes"),
    ],
)
@pytest.mark.usefixtures("album")
def test_what_cannot_begin_is_said(tmp_path: Path, arguments: list[str], words: str) -> None:
    (tmp_path / "empty").mkdir()
    result = run(*arguments)
    assert result.exit_code == 2
    assert words in result.stderr
    assert not list(tmp_path.glob("*.csv"))


def test_an_interrupted_run_is_resumed(tmp_path: Path) -> None:
    album = write_album(
        tmp_path / "album", {f"{number:02}.png": GOOD["b.png"] + bytes(number) for number in range(60)}
    )
    command = [sys.executable, "-m", "components.album", str(album), "--processes", "2"]
    out, whole = tmp_path / "faces.csv", tmp_path / "whole.csv"
    # In a group of its own, since a terminal sends the interrupt to all processes of the command.
    first = subprocess.Popen(
        [*command, "--out", str(out)], cwd=ROOT, stderr=subprocess.PIPE, start_new_session=True
    )
    assert first.stderr
    seen = b""
    while not re.search(rb"[1-9][0-9]?/60", seen):
        seen += (piece := os.read(first.stderr.fileno(), 1000))
        assert piece, seen
    os.killpg(first.pid, signal.SIGINT)
    seen += first.stderr.read()
    assert first.wait(30) == 130
    assert b"Traceback" not in seen
    assert b"What is finished is kept" in seen
    assert not out.exists()

    second = subprocess.run([*command, "--out", str(out)], cwd=ROOT, capture_output=True, check=True)
    last = second.stderr.decode().rpartition("unchanged=")[2]
    kept = int(last.partition("]")[0])
    assert 1 <= kept < 60
    subprocess.run([*command, "--out", str(whole)], cwd=ROOT, capture_output=True, check=True)
    assert out.read_bytes() == whole.read_bytes()
    assert len(photo_rows(tmp_path / "faces.photos.csv")) == 60


def test_a_killed_run_is_resumed(tmp_path: Path) -> None:
    album = write_album(tmp_path / "album", {f"{number:02}.png": GOOD["b.png"] for number in range(30)})
    command = [sys.executable, "-m", "components.album", str(album), "--out", str(tmp_path / "faces.csv")]
    first = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)
    journal = tmp_path / "faces.csv.journal-wal"
    deadline = time.monotonic() + 30
    while (
        not (journal.exists() and journal.read_bytes().count(b"album/0") > 3) and time.monotonic() < deadline
    ):
        time.sleep(0.02)
    first.kill()
    first.wait()
    second = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    kept = int(second.stderr.decode().rpartition("unchanged=")[2].partition("]")[0])
    assert kept > 0
    assert len(photo_rows(tmp_path / "faces.photos.csv")) == 30
