import re
import time
from itertools import zip_longest
from pathlib import Path
from urllib.parse import quote_plus

import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from components.lesson.quiz import Question, load_questions
from pages.learn.lesson import TITLES, Chapter
from tests import pictures
from tests.browser.conftest import Server
from tests.chapters import QUESTIONS

# The first cascade waits for the browser to load the page's scripts, and for the networks.
FIRST = 120_000
NEXT = 30_000


def open_chapter(page: Page, server: Server, chapter: Chapter) -> None:
    page.goto(f"{server.url}/learn?chapter={quote_plus(TITLES[chapter])}")
    expect_chapter(page, chapter)


def expect_chapter(page: Page, chapter: Chapter) -> None:
    """Expect a chapter to be there down to its end."""
    expect(page.get_by_role("radio", name=TITLES[chapter], exact=True)).to_be_checked(timeout=NEXT)
    expect(page.get_by_role("heading", level=2, name=QUESTIONS[chapter])).to_be_visible(timeout=FIRST)
    if chapter is Chapter.CHECK:
        expect(page.get_by_role("button", name="Check my answers")).to_be_visible(timeout=NEXT)
    elif chapter is not Chapter.FURTHER:
        expect(page.get_by_text("In short.")).to_be_visible(timeout=FIRST)


def value(page: Page, metric: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=metric).get_by_test_id("stMetricValue")


def counted(page: Page, metric: str) -> int:
    return int(value(page, metric).inner_text().replace(",", ""))


def choose(page: Page, option: str) -> None:
    page.get_by_role("radio", name=option, exact=True).click()


def sum_of(page: Page) -> str:
    """The picked value of the convolution, as the page explains it."""
    return page.get_by_text("products add up to").inner_text()


def test_the_lesson_leads_from_its_start_to_its_end(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/")
    page.get_by_role("button", name="How a network sees").click(timeout=NEXT)
    for chapter, following in zip_longest(Chapter, list(Chapter)[1:]):
        expect_chapter(page, chapter)
        # Each chapter has its own address; the first has the page's.
        if chapter is not Chapter.START:
            expect(page).to_have_url(f"{server.url}/learn?chapter={quote_plus(TITLES[chapter])}")
        if following:
            page.get_by_role("button", name=f"Next: {TITLES[following]}").click()
            expect(page.get_by_role("heading", level=1)).to_be_in_viewport(timeout=NEXT)
    expect(page.get_by_text("Joint Face Detection and Alignment")).to_be_visible()


def test_an_address_that_names_a_chapter_by_its_value_stays_a_link(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/learn?chapter={Chapter.CHECK.value}")
    expect_chapter(page, Chapter.CHECK)
    expect(page).to_have_url(f"{server.url}/learn?chapter={quote_plus(TITLES[Chapter.CHECK])}")
    page.reload()
    expect_chapter(page, Chapter.CHECK)


def test_a_filter_learns_while_the_slider_moves(page: Page, server: Server) -> None:
    open_chapter(page, server, Chapter.START)
    slider = page.get_by_role("slider", name="Steps of learning")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("The error: 0.693 after 0 steps")).to_be_visible(timeout=NEXT)
    page.keyboard.press("End")
    expect(page.get_by_text(re.compile(r"The error: 0\.0\d\d after 200 steps"))).to_be_visible(timeout=NEXT)


def test_a_pixel_of_the_convolution_is_picked_and_explained(page: Page, server: Server) -> None:
    open_chapter(page, server, Chapter.CONVOLUTION)
    sums = page.get_by_role("application", name=re.compile("Pick a pixel"))
    at_first = sum_of(page)
    size = sums.bounding_box()
    assert size is not None
    # The top left corner, in the flag's dark part.
    sums.click(position={"x": size["width"] * 0.01, "y": size["height"] * 0.5})
    expect(page.get_by_text("products add up to")).not_to_have_text(at_first, timeout=NEXT)
    mark = sums.locator(".chosen .box")
    expect(mark).to_have_attribute("x", "0")
    row = int(mark.get_attribute("y") or "")
    sums.focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowDown")
    # A fiftieth of 94 pixels each time.
    expect(mark).to_have_attribute("x", "2", timeout=NEXT)
    expect(mark).to_have_attribute("y", str(row + 2))
    # Three tables: pixels, weights and products, whose sum is what the sentence says.
    tables = page.locator(".learn-grid")
    expect(tables).to_have_count(3)
    products = [float(text.replace("−", "-")) for text in tables.nth(2).locator("td").all_inner_texts()]
    total = re.search(r"to ([−\d.]+);", sum_of(page))
    assert total is not None
    assert float(total[1].replace("−", "-")) == pytest.approx(sum(products), abs=0.05)


def test_weights_are_edited_and_a_learned_filter_is_chosen(page: Page, server: Server) -> None:
    open_chapter(page, server, Chapter.CONVOLUTION)
    before = sum_of(page)
    weight = page.get_by_role("spinbutton", name="Weight in row 1, column 3")
    weight.fill("10")
    weight.press("Enter")
    expect(page.get_by_text("products add up to")).not_to_have_text(before, timeout=NEXT)
    page.get_by_role("combobox", name="Filter").click()
    page.get_by_role("option", name="P-Net's filter 1", exact=True).click()
    expect(page.get_by_text("The 27 products add up to")).to_be_visible(timeout=NEXT)
    expect(value(page, "To learn for this filter")).to_have_text("28")
    expect(page).to_have_url(re.compile("filter=P-Net"))


def test_a_map_is_picked_and_followed_to_its_filter(page: Page, server: Server) -> None:
    open_chapter(page, server, Chapter.FEATURE_MAPS)
    sheet = page.get_by_role("application", name=re.compile("Pick a map"))
    size = sheet.bounding_box()
    assert size is not None
    # Ten maps, five in a row.
    sheet.click(position={"x": size["width"] / 10, "y": size["height"] / 4})
    expect(page.get_by_role("heading", name="Map 1 of Convolution 1")).to_be_visible(timeout=NEXT)
    sheet.click(position={"x": size["width"] * 7 / 10, "y": size["height"] * 3 / 4})
    expect(page.get_by_role("heading", name="Map 9 of Convolution 1")).to_be_visible(timeout=NEXT)
    expect(page.locator(".learn-grid caption")).to_have_text(["On red", "On green", "On blue"])

    choose(page, "O-Net")
    expect(page.get_by_text("Convolution 1: 32 maps")).to_be_visible(timeout=FIRST)
    # Until then that of P-Net is there too.
    expect(page.get_by_role("combobox", name="Layer")).to_have_count(1, timeout=NEXT)
    page.get_by_role("combobox", name="Layer").click()
    page.get_by_role("option", name="Face score", exact=True).click()
    expect(value(page, "Face score")).to_have_text("0.989", timeout=NEXT)


def test_a_shift_moves_first_layers_along_and_leaves_no_place_after_pooling(
    page: Page, server: Server
) -> None:
    open_chapter(page, server, Chapter.FEATURE_MAPS)
    slider = page.get_by_role("slider", name="Shift the picture")
    slider.focus()
    page.keyboard.press("ArrowLeft")
    along = page.get_by_role("group", name="How far each layer's maps move along with the picture")
    # By one pixel, which is not a whole step after pooling.
    expect(along).to_have_text(re.compile(r"Face score\s*-"), timeout=NEXT)
    expect(along).to_have_text(re.compile(r"Convolution 1\s*100 %"))


def test_the_cascade_is_followed_step_by_step(page: Page, server: Server) -> None:
    open_chapter(page, server, Chapter.CASCADE)
    step = page.get_by_role("img", name=re.compile("boxes go on"))
    marks = page.locator(".frame", has=step).locator(".mark")
    proposed = counted(page, "Become boxes")
    assert 100 < proposed < counted(page, "Looked at")
    expect(marks).to_have_count(proposed, timeout=NEXT)
    choose(page, "Overlaps go")
    expect(value(page, "Looked at")).to_have_text(str(proposed), timeout=NEXT)
    left = counted(page, "Go on")
    expect(page.locator(".frame", has=step).locator(".mark.dropped")).to_have_count(proposed - left)
    choose(page, "R-Net looks")
    expect(value(page, "Looked at")).to_have_text(str(left), timeout=NEXT)
    expect(marks).to_have_count(left)
    choose(page, "O-Net decides")
    expect(value(page, "Faces")).to_have_text("1", timeout=NEXT)
    expect(page.locator(".frame", has=step).locator(".mark.kept")).to_have_count(1)

    # The face is found, with a higher cut-off it is missed, and elsewhere there is no face.
    expect(page.get_by_text("Found. O-Net scores it 0.98")).to_be_visible()
    place = page.get_by_role("application", name=re.compile("Click a face"))
    size = place.bounding_box()
    assert size is not None
    place.click(position={"x": size["width"] * 0.9, "y": size["height"] * 0.6})
    expect(page.get_by_text("P-Net saw no face here")).to_be_visible(timeout=NEXT)
    place.click(position={"x": size["width"] * 0.52, "y": size["height"] * 0.37})
    expect(page.get_by_text("Found. O-Net scores it 0.98")).to_be_visible(timeout=NEXT)
    slider = page.get_by_role("slider", name="Confidence cut-off")
    slider.focus()
    page.keyboard.press("End")
    expect(page.get_by_text("Below your cut-off.")).to_be_visible(timeout=NEXT)


def test_one_kind_of_error_turns_into_the_other(page: Page, server: Server) -> None:
    open_chapter(page, server, Chapter.CONFIDENCE)
    alarms, misses = value(page, "False alarms"), value(page, "Misses")
    boxes = page.locator(".frame .mark")
    slider = page.get_by_role("slider", name="Confidence cut-off")
    slider.focus()
    page.keyboard.press("Home")
    expect(alarms).to_have_text("3", timeout=NEXT)
    expect(misses).to_have_text("0")
    expect(page.locator(".mark.wrong")).to_have_count(3)
    page.keyboard.press("End")
    expect(alarms).to_have_text("0", timeout=NEXT)
    expect(misses).to_have_text("8")
    expect(page.locator(".mark.missed")).to_have_count(8)
    expect(boxes).to_have_count(8)


def test_the_clip_is_gone_through_frame_by_frame(page: Page, server: Server) -> None:
    open_chapter(page, server, Chapter.TRACKER)
    expect(page.get_by_text("It looked in the yellow square, and found the face.")).to_be_visible()
    expect(page.get_by_role("img", name="Frame 12 of the clip")).to_be_visible()
    slider = page.get_by_role("slider", name="Frame")
    slider.focus()
    page.keyboard.press("Home")
    expect(page.get_by_text("There was no face to follow")).to_be_visible(timeout=NEXT)
    picture = page.get_by_role("img", name="Frame 1 of the clip")
    expect(picture).to_be_visible()
    expect(picture).to_have_js_property("complete", True)
    expect(value(page, "Tracker only")).to_have_text(re.compile(r"^\d+\.\d ms$"))
    expect(page.locator(".learn-frames i")).to_have_count(90)


def answer(page: Page, question: Question, choice: int) -> None:
    group = page.get_by_role("radiogroup", name=question.text)
    group.get_by_text(question.choices[choice].text, exact=True).click()
    expect(group.get_by_role("radio", name=question.choices[choice].text, exact=True)).to_be_checked()


def downloaded_result(page: Page) -> list[str]:
    with page.expect_download(timeout=NEXT) as started:
        page.get_by_role("button", name="My result").click()
    assert started.value.suggested_filename == "visavis-knowledge-check.txt"
    return Path(started.value.path()).read_text(encoding="utf-8").splitlines()


def test_the_knowledge_check_is_answered_wrongly_then_rightly_and_taken_home(
    page: Page, server: Server
) -> None:
    questions = load_questions()
    open_chapter(page, server, Chapter.CHECK)
    # Two wrong answers, and the others open.
    for question in questions[:2]:
        answer(page, question, (question.right_index + 1) % 4)
    page.get_by_role("button", name="Check my answers").click()
    expect(value(page, "Right answers")).to_have_text(f"0 of {len(questions)}", timeout=NEXT)
    expect(value(page, "Right answers")).to_be_in_viewport()
    wrong = questions[0].choices[(questions[0].right_index + 1) % 4]
    expect(page.get_by_role("alert").filter(has_text=wrong.explanation)).to_be_visible()
    lines = downloaded_result(page)
    assert lines[2] == f"0 of {len(questions)} right"
    assert f"   Wrong: {wrong.text}" in lines

    page.get_by_role("button", name="Try again").first.click()
    expect(page.get_by_role("button", name="Check my answers")).to_be_visible(timeout=NEXT)
    for question in questions:
        answer(page, question, question.right_index)
    page.get_by_role("button", name="Check my answers").click()
    expect(value(page, "Right answers")).to_have_text(f"{len(questions)} of {len(questions)}", timeout=NEXT)
    page.get_by_role("textbox", name="Your name").fill("Zoë O'Neil")
    page.keyboard.press("Enter")
    # The page writes the result anew for the name.
    deadline = time.monotonic() + NEXT / 1000
    while not (lines := downloaded_result(page))[1].startswith("Zoë") and time.monotonic() < deadline:
        page.wait_for_timeout(100)
    assert lines[1].startswith("Zoë O'Neil, 20")
    assert lines[2] == f"{len(questions)} of {len(questions)} right"


def test_the_visitors_own_photo_is_what_the_lesson_is_about(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/photo?sample=grace")
    expect(page.get_by_role("heading", level=3)).to_have_text("1 face", timeout=FIRST)
    group: FilePayload = {
        "name": "group.png",
        "mimeType": "image/png",
        "buffer": pictures.encoded(pictures.group(columns=3, rows=1)),
    }
    page.locator("input[type=file]").set_input_files([group])
    expect(page.get_by_role("heading", level=3)).to_have_text("3 faces", timeout=NEXT)
    page.get_by_test_id("stTopNavLink").filter(has_text="Learn").click()
    expect_chapter(page, Chapter.START)
    expect(page.get_by_role("combobox", name="Picture")).to_have_value("group.png")
    choose(page, "Cascade")
    expect_chapter(page, Chapter.CASCADE)
    counts = page.get_by_role("group", name="What each step leaves")
    expect(counts).to_have_text(re.compile(r"O-Net: faces\s*3 "), timeout=NEXT)
