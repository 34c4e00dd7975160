"""Everything Visavis is made of; only `ui` knows Streamlit. The README says what each package does."""
