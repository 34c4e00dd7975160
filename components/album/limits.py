"""Limits of albums, each defined once."""

# Bytes of a file that is read as a photo. Photos of 50 megapixels have less, but for some TIFF and PSD files.
MAX_FILE_BYTES = 100 * 1024 * 1024

# Longest side of a face on a contact sheet, in pixels: twice its size there, for sharp screens.
SHEET_FACE_SIDE = 144
