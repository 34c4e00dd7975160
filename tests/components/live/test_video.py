import contextlib
import io
import itertools
import subprocess
import sys

import av
import cv2
import numpy as np
import pytest

from components.live import video
from components.live.clip import SECONDS, clip_frames
from components.live.limits import MAX_SIDE, MAX_VIDEO_SECONDS
from components.live.processor import LiveSettings
from components.live.video import AnalysedVideo, VideoError, analyse_frames, analyse_video, draw_video
from components.mesh.landmarker import find_meshes
from components.mesh.overlay import MeshStyle
from tests.clips import decoded, encoded_video
from tests.pictures import GRACE, Picture, encoded, noise

BARE = LiveSettings(mirrored=False, hud=False)
UNDRAWN = LiveSettings(style=MeshStyle(False, False, False), mirrored=False, hud=False)

ALMOST_A_SECOND = 24


def analysed(data: bytes, settings: LiveSettings = BARE) -> AnalysedVideo:
    return analyse_video(data, settings, lambda _: None)


def test_a_video_comes_back_with_its_meshes() -> None:
    outcome = analysed(encoded_video([GRACE] * ALMOST_A_SECOND))
    assert outcome.frames_with_face == outcome.report.frames == ALMOST_A_SECOND
    assert outcome.report.detector_runs == 1
    assert outcome.seconds == pytest.approx((ALMOST_A_SECOND - 1) / 30, abs=0.01)
    assert not outcome.shortened
    assert not outcome.damaged
    (face,) = find_meshes(GRACE)
    for row in outcome.rows:
        assert np.abs(row.points - face.points)[:, :2].max() < 8
    pictures = decoded(outcome.mp4)
    assert len(pictures) == ALMOST_A_SECOND
    plain = decoded(analysed(encoded_video([GRACE] * ALMOST_A_SECOND), UNDRAWN).mp4)
    changed = (np.abs(pictures[5].astype(int) - plain[5]).max(axis=2) > 40).nonzero()
    low, high = face.points[:, :2].min(axis=0), face.points[:, :2].max(axis=0)
    assert len(changed[0]) > 2000
    assert low[0] - 8 < changed[1].min() < changed[1].max() < high[0] + 8
    assert low[1] - 8 < changed[0].min() < changed[0].max() < high[1] + 8


@pytest.mark.parametrize(
    ("codec", "container"), [("libx264", "mov"), ("libvpx", "webm"), ("mpeg4", "avi"), ("mjpeg", "matroska")]
)
def test_usual_formats_are_read(codec: str, container: str) -> None:
    outcome = analysed(encoded_video([GRACE] * 6, codec, container))
    assert outcome.frames_with_face == 6


def test_progress_grows_to_the_end() -> None:
    shares: list[float] = []
    analyse_video(encoded_video([noise(64, 64)] * 30), UNDRAWN, shares.append)
    assert len(shares) >= 30
    assert all(earlier - 0.001 <= later <= 1 for earlier, later in itertools.pairwise(shares))
    assert shares[-1] > 0.9


def test_what_the_progress_raises_abandons_the_analysis() -> None:
    class VisitorLeftError(Exception):
        pass

    def leave(_: float) -> None:
        raise VisitorLeftError

    with pytest.raises(VisitorLeftError):
        analyse_video(encoded_video([noise(64, 64)] * 6), UNDRAWN, leave)


def test_a_long_video_is_shortened() -> None:
    tiny = noise(16, 16)
    outcome = analysed(encoded_video([tiny] * (MAX_VIDEO_SECONDS + 4), rate=1), UNDRAWN)
    assert outcome.shortened
    assert outcome.seconds == MAX_VIDEO_SECONDS
    assert outcome.report.frames == MAX_VIDEO_SECONDS + 1


def timestamps(data: bytes) -> list[float]:
    """Milliseconds of all frames."""
    with av.open(io.BytesIO(data)) as container:
        return [1000 * (frame.time or 0) for frame in container.decode(video=0)]


@pytest.mark.parametrize("rate", [30, 50, 60, 120])
def test_a_fast_video_is_thinned(rate: int) -> None:
    outcome = analysed(encoded_video([noise(16, 16)] * 2 * rate, rate=rate), UNDRAWN)
    assert outcome.report.frames == pytest.approx(min(60, 2 * rate), abs=1)
    times = np.diff(timestamps(outcome.mp4))
    # Evenly, so that the clip does not jerk.
    assert times.max() <= 1.7 * 1000 / 30


def test_a_large_video_is_made_smaller() -> None:
    outcome = analysed(encoded_video([noise(1500, 2000)] * 2), UNDRAWN)
    (height, width, _) = decoded(outcome.mp4)[0].shape
    assert (width, height) == (MAX_SIDE, MAX_SIDE * 3 // 4)


def with_rotation(data: bytes, matrix: tuple[int, ...]) -> bytes:
    """The MP4 file with another matrix in its track's header, as a phone that was held upright writes it."""
    unity = b"".join(number.to_bytes(4, "big") for number in (1 << 16, 0, 0, 0, 1 << 16, 0, 0, 0, 1 << 30))
    other = b"".join(number.to_bytes(4, "big", signed=True) for number in matrix)
    at = data.index(unity, data.index(b"tkhd"))
    return data[:at] + other + data[at + len(unity) :]


def test_a_phones_video_is_turned_upright() -> None:
    # Stored on its side, to be shown after a quarter turn clockwise.
    lying = np.rot90(GRACE, 1)
    one = 1 << 16
    data = with_rotation(encoded_video([lying] * 4), (0, one, 0, -one, 0, 0, 0, 0, 1 << 30))
    outcome = analysed(data, UNDRAWN)
    assert outcome.frames_with_face == 4
    shown = decoded(outcome.mp4)[0]
    assert shown.shape == GRACE.shape
    assert np.abs(shown.astype(int) - GRACE).mean() < 8


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"just some text",
        encoded(GRACE),
        encoded_video([noise(64, 64)])[:200],
        # A playlist would make the decoder open the files that it names.
        b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile /etc/passwd\n",
    ],
    ids=["empty", "text", "picture", "cut", "playlist", "list of files"],
)
def test_what_is_no_video_is_refused(data: bytes) -> None:
    with pytest.raises(VideoError, match="This cannot be read as a video"):
        analysed(data)


def test_sound_alone_is_refused() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="mp4") as container:
        stream = container.add_stream("aac", rate=8000, layout="mono")
        sound = av.AudioFrame.from_ndarray(np.zeros((1, 4000), np.float32), format="fltp", layout="mono")
        sound.rate = 8000
        container.mux(stream.encode(sound))
        container.mux(stream.encode(None))
    with pytest.raises(VideoError, match="There is no picture in this file"):
        analysed(file.getvalue())


def test_too_many_pixels_are_refused_before_decoding() -> None:
    with pytest.raises(VideoError, match="more pixels than 4K"):
        analysed(encoded_video([np.zeros((4000, 4000, 3), np.uint8)]))


# Prints the megabytes by which reading a video raises a fresh process's peak.
READ_AND_MEASURE = """
import pathlib, re, sys
from components.live.processor import LiveSettings
from components.live.video import VideoError, analyse_video

def peak():
    return int(re.search(r"VmHWM:\\s+(\\d+)", pathlib.Path("/proc/self/status").read_text())[1]) / 1024

before = peak()
try:
    analyse_video(sys.stdin.buffer.read(), LiveSettings(), lambda _: None)
except VideoError as refusal:
    print(peak() - before, refusal)
"""


def test_looking_at_a_file_decodes_no_large_picture() -> None:
    # Few bytes, and 108 MB when FFmpeg decodes a picture to learn the colours.
    file = io.BytesIO()
    with av.open(file, "w", format="avi") as container:
        stream = container.add_stream("png", rate=1)
        stream.width, stream.height, stream.pix_fmt = 6000, 6000, "rgb24"
        container.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((6000, 6000, 3), np.uint8))))
        container.mux(stream.encode(None))
    assert len(file.getvalue()) < 500_000
    told = subprocess.run(
        [sys.executable, "-c", READ_AND_MEASURE], input=file.getvalue(), capture_output=True, check=True
    ).stdout.decode()
    megabytes, _, sentence = told.partition(" ")
    assert "The video has more pixels than 4K" in sentence
    assert float(megabytes) < 40


def test_what_could_be_read_of_a_damaged_video_is_kept() -> None:
    data = encoded_video([noise(64, 64)] * 40, "mjpeg", "avi")
    cut = analysed(data[: len(data) // 2], UNDRAWN)
    assert 10 < cut.report.frames < 20
    assert cut.damaged


def test_a_title_in_an_old_encoding_does_no_harm() -> None:
    file = io.BytesIO()
    with av.open(file, "w", format="avi") as container:
        container.metadata["title"] = "Cafe"
        stream = container.add_stream("mjpeg", rate=30)
        stream.width, stream.height, stream.pix_fmt = 64, 64, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(noise(64, 64), format="rgb24")
        container.mux(stream.encode(frame.reformat(format="yuvj420p")))
        container.mux(stream.encode(None))
    data = file.getvalue().replace(b"Cafe", "Café".encode("latin-1"))
    assert data != file.getvalue()
    assert analysed(data, UNDRAWN).report.frames == 1


def test_an_unknown_codec_is_refused() -> None:
    data = encoded_video([noise(64, 64)])
    with pytest.raises(VideoError, match="This cannot be read as a video"):
        analysed(data.replace(b"avc1", b"abcd").replace(b"avcC", b"abcC"))


def test_any_cut_or_flipped_file_is_read_or_refused() -> None:
    data = encoded_video([cv2.resize(GRACE, (64, 64))] * 12)
    random = np.random.default_rng(1)
    for _ in range(40):
        broken = bytearray(data)
        for at in random.integers(0, len(broken), 20):
            broken[at] ^= 1 << random.integers(8)
        with contextlib.suppress(VideoError):
            analysed(bytes(broken[: random.integers(1, len(broken))]), UNDRAWN)


def test_the_sample_clip_shows_the_face_leaving() -> None:
    frames = list(clip_frames(GRACE))
    outcome = analyse_frames(frames, SECONDS, BARE, lambda _: None)
    assert outcome.report.frames == len(frames) == SECONDS * 30
    assert 0.7 < outcome.frames_with_face / len(frames) < 0.95
    assert outcome.report.errors == 0


def pixel(picture: Picture) -> tuple[int, ...]:
    return tuple(int(value) for value in picture[0, 0])


def test_the_sample_clip_begins_and_ends_with_the_face() -> None:
    frames = [np.asarray(frame.to_ndarray(format="rgb24"), np.uint8) for frame in clip_frames(GRACE)]
    assert len(find_meshes(frames[0])) == len(find_meshes(frames[-1])) == 1
    assert {pixel(frame) for frame in frames[138:140]} == {(58, 66, 70)}


def test_another_style_draws_what_an_analysis_in_it_draws() -> None:
    data = encoded_video([GRACE] * 6)
    bare = analysed(data, UNDRAWN)
    drawn = decoded(draw_video(data, bare.found, BARE, lambda _: None))
    for again, fresh in zip(drawn, decoded(analysed(data, BARE).mp4), strict=True):
        assert (again == fresh).all()
    assert np.abs(drawn[0].astype(int) - decoded(bare.mp4)[0]).max() > 100


def test_a_frame_on_which_the_program_fails_stays_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr("components.mesh.landmarker.FaceMesh.track", fail)
    outcome = analysed(encoded_video([GRACE] * 3))
    assert outcome.report.errors == len(outcome.found) == 3
    assert [found for found in outcome.found if found] == []
    pictures = decoded(outcome.mp4)
    assert len(pictures) == 3
    assert np.abs(pictures[0].astype(int) - GRACE).mean() < 8


def test_a_video_of_more_frames_than_are_decoded_is_shortened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(video, "_MOST_DECODED", 4)
    outcome = analysed(encoded_video([noise(64, 64)] * 9))
    assert outcome.shortened
    assert outcome.report.frames == 5
