"""The Photo page: photos in, faces found, judged, hidden and taken home."""
