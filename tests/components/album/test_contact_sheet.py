import base64
from pathlib import Path

from components.album.contact_sheet import write_contact_sheet
from components.album.journal import Totals


def test_each_face_is_there_with_its_photo(tmp_path: Path) -> None:
    faces = [
        ({"photo": name, "number": 1, "confidence": 0.98765}, name.encode()) for name in ("a.jpg", "b.jpg")
    ]
    write_contact_sheet(tmp_path / "sheet.html", Totals(1234, 0, 2), iter(faces))
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "2 faces in 1,234 photos" in page
    for name in ("a.jpg", "b.jpg"):
        assert base64.b64encode(name.encode()).decode() in page
        assert f"face 1 of {name}" in page


def test_a_photo_cannot_write_into_the_page_by_its_name(tmp_path: Path) -> None:
    row = {"photo": '"><script>alert(1)</script>', "number": 1, "confidence": 1.0}
    write_contact_sheet(tmp_path / "sheet.html", Totals(1, 0, 1), [(row, b"")])
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert 'title=""' not in page
