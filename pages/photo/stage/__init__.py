"""The photo with its faces and the gallery, drawn by the browser."""
