from components.photo.image import read_photo
from components.photo.sample_photo import sample_photo


def test_the_sample_is_a_picture() -> None:
    assert read_photo(sample_photo()).shape == (600, 512, 3)
