"""Shapes that all packages share, in pixels of a picture whose origin is the top left corner."""

# x, y, width and height; x and y are the top left corner.
Box = tuple[float, float, float, float]

# x and y.
Point = tuple[float, float]


def area(box: Box) -> float:
    """Width times height."""
    return box[2] * box[3]


def centre(box: Box) -> Point:
    """The middle of a box."""
    x, y, width, height = box
    return x + width / 2, y + height / 2


def holds(box: Box, point: Point) -> bool:
    """Whether a point lies in a box, its edges included."""
    x, y, width, height = box
    return x <= point[0] <= x + width and y <= point[1] <= y + height


def scaled(box: Box, factor: float) -> Box:
    """The same box in a picture whose sides are `factor` times as long."""
    x, y, width, height = box
    return x * factor, y * factor, width * factor, height * factor


def iou(a: Box, b: Box) -> float:
    """The overlap of two boxes, intersection over union: 1 for equal ones, 0 for separate ones."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    shared = max(across, 0.0) * max(down, 0.0)
    union = area(a) + area(b) - shared
    return shared / union if union else 0.0
