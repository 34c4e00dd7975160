"""Who runs this server, as its owner has set it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from components.ui.text import escape_markdown

# A name, such as a school's; and an e-mail address or a link.
NAME_SETTING, CONTACT_SETTING = "VISAVIS_OWNER", "VISAVIS_CONTACT"

_MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


@dataclass(frozen=True, slots=True)
class Owner:
    """Who runs this server.

    Attributes:
        name: Empty where it is not told.
        contact: An e-mail address, a link or anything else; empty where it is not told.
    """

    name: str
    contact: str

    def sentences(self) -> str:
        """Who runs the server and how to reach them, in Markdown; empty where neither is told."""
        parts = []
        if self.name:
            parts.append(f"This server is run by **{escape_markdown(self.name)}**.")
        if self.contact:
            parts.append(f"Contact: {self._link()}.")
        return " ".join(parts)

    def _link(self) -> str:
        if _MAIL.fullmatch(self.contact):
            return f"[{escape_markdown(self.contact)}](mailto:{self.contact})"
        if self.contact.startswith(("https://", "http://")) and not re.search(r"[\s()]", self.contact):
            return f"[{escape_markdown(self.contact)}]({self.contact})"
        return escape_markdown(self.contact)


def read_owner(settings: Mapping[str, str]) -> Owner:
    """The owner that the settings name.

    Args:
        settings: By name, such as the environment.
    """
    return Owner(settings.get(NAME_SETTING, "").strip(), settings.get(CONTACT_SETTING, "").strip())
