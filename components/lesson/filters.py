"""Filters to try: some made by hand, and P-Net's learned ones."""

import numpy as np

from components.lesson.convolution import Filter
from components.photo.mtcnn_networks import read_weights

_BY_HAND = {
    "Upright edges": [[-1, 0, 1], [-2, 0, 2], [-1, 0, 1]],
    "Level edges": [[-1, -2, -1], [0, 0, 0], [1, 2, 1]],
    "Outlines": [[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]],
    "Sharpen": [[0, -1, 0], [-1, 5, -1], [0, -1, 0]],
    "Blur": [[1 / 9] * 3] * 3,
}


def filters_by_hand() -> dict[str, Filter]:
    """Filters made by people for grey pictures, by their names: Sobel's two and other classics."""
    return {
        name: Filter(name, np.array(weights, np.float32)[..., np.newaxis])
        for name, weights in _BY_HAND.items()
    }


def learned_filters() -> list[Filter]:
    """The ten learned filters of P-Net's first layer, for colour pictures."""
    weights, biases, slopes = read_weights("P-Net")[:3]
    return [
        Filter(f"P-Net's filter {index + 1}", weights[..., index], float(biases[index]), float(slope))
        for index, slope in enumerate(slopes.ravel())
    ]
