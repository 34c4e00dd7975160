"""One frame in, face meshes out. Knows nothing of Streamlit or video."""
