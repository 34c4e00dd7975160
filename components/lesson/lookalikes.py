"""Drawings that look like faces but are not: each uint8 (200, 200, 3), RGB."""

import cv2
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]
_Colour = tuple[int, int, int]

# Pixels of each picture's side.
SIDE = 200


def draw_doll() -> Picture:
    """A painted face, which the networks take for a real one."""
    image = _plain((90, 100, 110))
    _ellipse(image, (100, 100), (58, 74), (215, 170, 140))
    for x in (76, 124):
        _ellipse(image, (x, 86), (12, 6), (60, 40, 30))
        _ellipse(image, (x, 72), (15, 4), (90, 60, 40))
    _ellipse(image, (100, 112), (7, 12), (190, 140, 115))
    _ellipse(image, (100, 138), (22, 7), (150, 60, 60))
    return image


def draw_moon() -> Picture:
    """A full moon with craters where eyes and mouth would be."""
    image = _plain((20, 24, 40))
    _ellipse(image, (100, 100), (65, 65), (230, 225, 200))
    for x, y, radius in ((78, 85, 14), (125, 88, 11), (102, 112, 8), (95, 135, 17), (115, 133, 14)):
        _ellipse(image, (x, y), (radius, radius), (150, 145, 130))
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 4.6), np.uint8)


def draw_socket() -> Picture:
    """A socket in a wall."""
    image = _plain((225, 220, 210))
    cv2.rectangle(image, (45, 45), (155, 155), (245, 245, 240), -1)
    cv2.rectangle(image, (45, 45), (155, 155), (120, 120, 120), 3)
    for x in (80, 120):
        _ellipse(image, (x, 90), (8, 8), (30, 30, 30))
    cv2.ellipse(image, (100, 125), (10, 10), 0, 0, 180, (30, 30, 30), -1, cv2.LINE_AA)
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 5), np.uint8)


def _plain(colour: _Colour) -> Picture:
    return np.full((SIDE, SIDE, 3), colour, np.uint8)


def _ellipse(image: Picture, middle: tuple[int, int], radii: tuple[int, int], colour: _Colour) -> None:
    cv2.ellipse(image, middle, radii, 0, 0, 360, colour, -1, cv2.LINE_AA)
