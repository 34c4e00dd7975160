"""The Live page: the webcam, a sample clip or a video file with its face mesh."""
