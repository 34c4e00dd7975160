"""The app's pages: the script of each, and what the menu shows. Pages link to each other by this table."""

from dataclasses import dataclass
from pathlib import Path

_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class PageEntry:
    """A page of the app.

    Attributes:
        folder: The page's folder, and its path in the address.
        title: The page's name in the menu and in the browser's tab.
        icon: The symbol beside it in the menu.
    """

    folder: str
    title: str
    icon: str

    @property
    def script(self) -> Path:
        """The script that Streamlit runs for the page; absolute, so any page can link to it."""
        return _FOLDER / self.folder / "page.py"


HOME = PageEntry("home", "Home", ":material/home:")
PHOTO = PageEntry("photo", "Photo", ":material/photo_camera:")
LIVE = PageEntry("live", "Live", ":material/videocam:")
LEARN = PageEntry("learn", "Learn", ":material/school:")
ALBUM = PageEntry("album", "Album", ":material/photo_library:")
PRIVACY = PageEntry("privacy", "Privacy", ":material/shield_person:")

# Those in the menu, and those that pages link to.
MENU = (HOME, PHOTO, ALBUM, LIVE, LEARN)
PAGES = (*MENU, PRIVACY)
