from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from components.album.find import Found, Looked
from components.album.made_files import Folders, NameOfFileError, named_files, remove_files, write_files
from components.photo.export import PhotoFaces

# Names as photos have them, and as nobody would give them.
NAMES = (
    st.lists(
        st.sampled_from(["..", ".", "/", "a", "a.jpg", "A b.png", "C:", "s3:", "ä", "", "_"]), min_size=1
    )
    .map("/".join)
    .filter(lambda name: name.strip("/."))
)


def looked(name: str) -> Looked:
    return Looked(
        name, "id", 0.1, Found(PhotoFaces(name, 1, 1, (), ()), False, False, (b"1", b"2"), b"3", ())
    )


def written(name: str, folder: Path = Path("out")) -> list[Path]:
    folders = Folders(folder / "crops", folder / "hidden")
    return [path for path, _ in named_files(looked(name).found, name, folders)]


def test_files_are_named_by_their_photo(tmp_path: Path) -> None:
    folders = Folders(tmp_path / "crops", tmp_path / "hidden")
    paths = write_files(looked("trip/a.jpg"), folders)
    assert [Path(path).relative_to(tmp_path).as_posix() for path in paths] == [
        "crops/trip/a.jpg-face-01.jpg",
        "crops/trip/a.jpg-face-02.jpg",
        "hidden/trip/a.jpg-hidden.jpg",
    ]
    assert [Path(path).read_bytes() for path in paths] == [b"1", b"2", b"3"]


def test_without_folders_nothing_is_written(tmp_path: Path) -> None:
    assert write_files(looked("a.jpg"), Folders(None, None)) == []
    assert list(tmp_path.iterdir()) == []


@given(NAMES)
def test_files_lie_below_their_folders(name: str) -> None:
    for path in written(name):
        assert ".." not in path.parts
        assert path.parts[0] == "out"
        assert path.parts[1] in ("crops", "hidden")


@given(st.lists(NAMES, min_size=2, max_size=2, unique=True))
def test_files_of_different_photos_have_different_names(names: list[str]) -> None:
    first, second = (set(written(name)) for name in names)
    assert not first & second


def test_only_files_in_the_runs_own_folders_are_removed(tmp_path: Path) -> None:
    for name in ("crops/a", "others/b"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_bytes(b"")
    paths = [str(tmp_path / name) for name in ("crops/a", "crops/gone", "others/b")]
    remove_files(paths, Folders(tmp_path / "crops", None))
    assert [path.name for path in tmp_path.rglob("?")] == ["b"]


def test_a_long_name_is_cut(tmp_path: Path) -> None:
    paths = write_files(looked("ä" * 120 + ".jpg"), Folders(tmp_path / "crops", None))
    assert all(Path(path).exists() for path in paths)


def test_a_file_in_the_place_of_a_folder_is_said(tmp_path: Path) -> None:
    folders = Folders(None, tmp_path)
    write_files(looked("x.jpg"), folders)
    with pytest.raises(NameOfFileError, match="cannot be written"):
        write_files(looked("x.jpg-hidden.jpg/y.jpg"), folders)
