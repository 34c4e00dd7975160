"""Frames to and from the browser. Knows video and WebRTC, but nothing of the pages."""
