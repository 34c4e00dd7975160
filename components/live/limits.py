"""Limits of streams, recordings and videos, each defined once. How many may stream is in `seats.py`."""

# Pixels of the longer side of a frame. A video file's larger frames are reduced; a stream's are not decoded.
MAX_SIDE = 1280

# Pixels of a frame in a stream, and frames a second: what a camera of 640×480 sends. Browsers reduce larger
# pictures themselves; a stranger's program may not, and would take the cores from all others.
MAX_STREAM_PIXELS = 640 * 480
MAX_STREAM_FRAME_RATE = 30

# Seconds between the beginnings of two frames' processing: somewhat less than between a camera's frames,
# which come early and late.
LEAST_APART = 0.85 / MAX_STREAM_FRAME_RATE

# Bytes of a frame that comes as a JPEG file; the noise of a dark room makes about 100,000 of 640×480.
MAX_JPEG_BYTES = 200_000

# Seconds. Bounds a recording's memory: some megabytes of video, and 5 MB of points for each face.
MAX_RECORDING_SECONDS = 30

# Seconds. Only the beginning of a longer video is analysed: half a minute of work, some megabytes of points.
MAX_VIDEO_SECONDS = 30
MAX_VIDEO_MEGABYTES = 25

# Frames a second of a video; more are skipped, since they show nothing new.
MAX_VIDEO_FRAME_RATE = 30

# Pixels of a video's picture; 4K has 8.8 million. A few bytes can declare frames that would fill the memory.
MAX_VIDEO_PIXELS = 4096 * 2304
