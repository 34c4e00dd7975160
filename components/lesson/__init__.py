"""What the Learn page teaches, worked out on a picture: numbers and arrays, no page."""
