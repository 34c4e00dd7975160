"""The lesson's chapters, in `lesson.py`'s order."""
