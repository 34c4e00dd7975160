"""What the pages are built from: the only package, beside `app_pages/`, that imports Streamlit."""
