"""Processes in which visitors' files are opened: limits, deadlines and fair turns."""
