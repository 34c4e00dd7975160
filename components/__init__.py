"""Everything Visavis is made of: `photo` is pure vision code, `ui` shows it with Streamlit."""
