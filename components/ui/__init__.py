"""What two or more pages use. Beside `pages/`, this is the only package that imports Streamlit."""
