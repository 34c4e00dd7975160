import pytest

from components.ui.text import counted, escape_markdown, percent


@pytest.mark.parametrize(
    ("text", "escaped"),
    [
        ("holiday", "holiday"),
        ("Grüße 2024", "Grüße 2024"),
        ("a_b*c.jpg", r"a\_b\*c\.jpg"),
        (":red[x]", r"\:red\[x\]"),
        ("<b>$`~", r"\<b\>\$\`\~"),
    ],
)
def test_punctuation_loses_its_meaning(text: str, escaped: str) -> None:
    assert escape_markdown(text) == escaped


@pytest.mark.parametrize(("number", "words"), [(0, "0 faces"), (1, "1 face"), (2, "2 faces")])
def test_counting(number: int, words: str) -> None:
    assert counted(number, "face") == words


@pytest.mark.parametrize(("share", "text"), [(0, "0 %"), (0.754, "75 %"), (1, "100 %"), (None, "-")])
def test_shares_are_written_as_percent(share: float | None, text: str) -> None:
    assert percent(share) == text
