"""Limits and defaults of finding faces in photos, each defined once."""

# The lowest cut-off a visitor can choose. All faces above it are kept, so moving the cut-off filters known
# faces and never runs a network.
LOWEST_CONFIDENCE = 0.5

# The cut-off at first: most boxes above it are faces.
DEFAULT_CONFIDENCE = 0.90

# Pixels. P-Net knows faces of 12; smaller ones are enlarged.
SMALLEST_FACE = 10

# Pixels. The `mtcnn` package's own default, which its users expect.
DEFAULT_MIN_FACE_SIZE = 20

# Pixels. A smaller face shows little detail when it is cut out.
SMALL_FACE = 40

# Bounds the memory one upload can claim: decoding 50 megapixels takes 0.4 to 0.6 GB for a moment, depending
# on the format. Compared with the size in the header, since a file of 32 KB can unpack to 800 MB.
MAX_PIXELS = 50_000_000

# Pixels of a side. JPEG, OpenCV and MediaPipe cannot handle much longer ones.
MAX_SIDE = 30_000

# Layers of a progressive JPEG. Programs write about ten; each takes as long as decoding the whole picture,
# and 0.2 MB can hold hundreds.
MAX_SCANS = 50

# Megabytes of a photo's file, at most as many as `.streamlit/config.toml` lets Streamlit receive.
MAX_PHOTO_MEGABYTES = 25

# Bounds the results that the server keeps for one visitor: less than a megabyte a photo.
MAX_PHOTOS = 20
