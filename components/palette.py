"""The colours of what the app draws on pictures and in charts, each defined once.

The theme of the pages is in `.streamlit`.

OpenCV and Pillow take the RGB values as they are. Charts take them as text, and style sheets as variables:
`var(--face)`.
"""

Colour = tuple[int, int, int]

# A bright line on a wider, dark one is visible on any skin and any background.
FACE: Colour = (64, 236, 205)
OUTLINE: Colour = (8, 40, 44)
# What the visitor chose, the irises, and where the tracker looks.
CHOSEN: Colour = (255, 196, 61)
# What the visitor marked as an error.
WRONG: Colour = (255, 107, 94)
# What a stage of the cascade rejects, false alarms, what the detector of the mesh finds, and the boxes of
# the package.
REJECTED: Colour = (255, 157, 92)
# The net of the mesh: far from the tones of fair and of dark skin.
NET: Colour = (70, 215, 198)

# CHOSEN and WRONG on the page's own background: darker, so that they are visible in a light theme too.
CHOSEN_ON_PAGE: Colour = (229, 164, 0)
WRONG_ON_PAGE: Colour = (229, 72, 58)

# Charts and meters.
CHART: Colour = (18, 165, 148)
CHART_SECOND: Colour = (232, 131, 58)
CHART_THIRD: Colour = (138, 148, 153)

# The light that says what ran on a frame. On the page, the detector's has the colour CHART_SECOND.
DETECTOR_LIGHT: Colour = (255, 170, 40)
TRACKER_LIGHT: Colour = (64, 236, 140)
TRACKER_ON_PAGE: Colour = (33, 181, 106)

# Values of a feature map: zero, the lowest and the highest.
MAP_ZERO: Colour = (24, 32, 36)
MAP_BELOW: Colour = (255, 150, 80)
MAP_ABOVE: Colour = FACE

_CSS_NAMES = {
    "face": FACE,
    "outline": OUTLINE,
    "chosen": CHOSEN,
    "wrong": WRONG,
    "rejected": REJECTED,
    "chosen-on-page": CHOSEN_ON_PAGE,
    "wrong-on-page": WRONG_ON_PAGE,
    "chart": CHART,
    "chart-second": CHART_SECOND,
    "chart-third": CHART_THIRD,
    "tracker-on-page": TRACKER_ON_PAGE,
}


def css_colour(colour: Colour) -> str:
    """A colour as style sheets and charts take it, such as `#40eccd`."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def css_variables() -> str:
    """A style sheet that defines the colours as variables, for a page and for a component of its own."""
    variables = "".join(f"--{name}: {css_colour(colour)};" for name, colour in _CSS_NAMES.items())
    return f":root, :host {{ {variables} }}\n"
