"""The Album page."""
