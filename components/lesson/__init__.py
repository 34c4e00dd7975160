"""The computations behind the Learn page, on a picture: numbers and arrays. Knows nothing of Streamlit."""
