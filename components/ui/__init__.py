"""What two or more pages use. Apart from `pages/`, this is the only package that imports Streamlit."""
