"""What the pages are built from: the only package, beside `pages/`, that imports Streamlit."""
