"""A still picture in, faces out. NumPy in and out; knows nothing of Streamlit."""
