"""The webcam, from the browser to the server and back."""
