import re
from base64 import b64decode
from pathlib import Path

from components.album.contact_sheet import write_contact_sheet
from components.album.journal import Totals


def test_each_face_is_there_with_its_photo(tmp_path: Path) -> None:
    faces = [
        ({"photo": f"x/{name}", "number": number, "confidence": 0.98765}, f"{name} {number}".encode())
        for name, numbers in (("a.jpg", (1, 2)), ("b.jpg", (1,)))
        for number in numbers
    ]
    write_contact_sheet(tmp_path / "sheet.html", Totals(1234, 0, 3), iter(faces))
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "3 faces in 1,234 photos" in page
    _, of_a, of_b = page.split("<section")
    assert 'title="x/a.jpg"><h2>a.jpg</h2><p>x</p>' in of_a
    assert [b64decode(picture).decode() for picture in re.findall('base64,([^"]+)', of_a)] == [
        "a.jpg 1",
        "a.jpg 2",
    ]
    assert "Face 2, score 0.98" in of_a
    assert [b64decode(picture).decode() for picture in re.findall('base64,([^"]+)', of_b)] == ["b.jpg 1"]


def test_a_photo_cannot_write_into_the_page_by_its_name(tmp_path: Path) -> None:
    row = {"photo": '"><script>alert(1)</script>', "number": 1, "confidence": 1.0}
    write_contact_sheet(tmp_path / "sheet.html", Totals(1, 0, 1), [(row, b"")])
    page = (tmp_path / "sheet.html").read_text(encoding="utf-8")
    assert "<script" not in page
    assert 'title=""' not in page
