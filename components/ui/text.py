"""Words on the page."""

import re


def escape_markdown(text: str) -> str:
    """The text so that Streamlit, which reads labels as Markdown, shows it as it is.

    CommonMark takes a backslash before any ASCII punctuation as that character.
    """
    return re.sub(r"([!-/:-@\[-`{-~])", r"\\\1", text)


def counted(number: int, noun: str) -> str:
    """Write `1 face` or `2 faces`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
