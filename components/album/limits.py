"""Limits of albums, each defined once."""

# Bytes of a file that is read as a photo. Photos of 50 megapixels have less, but for some TIFF and PSD files.
MAX_FILE_BYTES = 100 * 1024 * 1024

# On the Album page: photos that a visitor may bring, and megabytes of a ZIP file where the server has room.
MAX_ALBUM_PHOTOS = 500
MAX_ZIP_MEGABYTES = 200

# Longest side of a face on a contact sheet, in pixels: more than it takes there, for sharp screens.
SHEET_FACE_SIDE = 144
