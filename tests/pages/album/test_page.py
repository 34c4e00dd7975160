import pytest
from streamlit.testing.v1 import AppTest


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("page", ["album"])
def test_an_unfinished_page_says_so(app: AppTest, page: str) -> None:
    app.run()
    app.switch_page(f"{page}/page.py").run()
    assert not app.exception
    assert app.title[0].value == page.capitalize()
    assert app.info[0].value.startswith("This page is not built yet.")
