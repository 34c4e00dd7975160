"""One stream of frames in, frames with meshes out. Knows video, but neither Streamlit nor WebRTC."""
