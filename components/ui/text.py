"""Words on the page."""

import re


def escape_markdown(text: str) -> str:
    """Escape all punctuation, since Streamlit reads labels as Markdown.

    In CommonMark a backslash before ASCII punctuation gives that character. Streamlit still shows two dashes
    as one long dash, and a web address as a link.
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def counted(number: int, noun: str) -> str:
    """Write `1 face` or `2 faces`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def megabytes(size: int) -> str:
    """Write a number of bytes as `25 MB`."""
    return f"{size / 1024 / 1024:.0f} MB"


def percent(share: float | None) -> str:
    """Write `75 %`; a dash for None."""
    return "-" if share is None else f"{100 * share:.0f} %"
