import pytest
from streamlit.testing.v1 import AppTest

from pages.page_table import PRIVACY


def opened(app: AppTest) -> AppTest:
    app.run()
    app.switch_page("privacy/page.py").run()
    assert not app.exception
    return app


def test_it_says_what_happens_and_who_answers_for_it(app: AppTest) -> None:
    opened(app)
    assert app.title[0].value == "What happens to your photos"
    assert "Three minutes after you have left" in app.markdown[0].value
    assert app.markdown[-1].value.startswith("Its owner has not given a name here.")


def test_the_owner_is_named_here_and_on_the_home_page(app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VISAVIS_OWNER", "Anna School")
    monkeypatch.setenv("VISAVIS_CONTACT", "it@school.org")
    app.run()
    words = "This server is run by **Anna School**. Contact: [it\\@school\\.org](mailto:it@school.org)."
    assert words in [text.value for text in app.markdown]
    opened(app)
    assert words in [text.value for text in app.markdown]


@pytest.mark.usefixtures("stub_detector")
@pytest.mark.parametrize("page", ["home", "photo", "album", "live", "learn", "privacy"])
def test_every_page_leads_to_it(app: AppTest, page: str) -> None:
    app.run()
    app.switch_page(f"{page}/page.py").run()
    links = [link.proto.label for link in app.get("page_link")]
    assert links[-1] == "What happens to your photos"
    assert PRIVACY.title not in links, "it is no part of the menu"
