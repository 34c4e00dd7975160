"""The contact sheet: all faces of an album, which the browser sorts, filters and draws."""
