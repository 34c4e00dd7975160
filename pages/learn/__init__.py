"""The Learn page: the lesson, chapter by chapter."""
