"""Tickets: who may open a WebSocket for a stream. A page of this app gets one, for one use."""

import secrets
import threading
from typing import Protocol

import streamlit as st


class Answers(Protocol):
    """Answers a stream's frames, as `FrameAnswers` does."""

    def answer(self, message: bytes) -> bytes:
        """The answer to a frame."""

    @property
    def ended(self) -> bool:
        """Whether the stream has ended."""

    def stop(self) -> None:
        """End the stream."""


class Tickets:
    """The tickets that nobody has used yet; any thread may call this."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, Answers] = {}

    def issue(self, answers: Answers) -> str:
        """A new ticket for a stream: a token that cannot be guessed, of letters, digits, - and _."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._answers[token] = answers
        return token

    def redeem(self, token: str) -> Answers | None:
        """The stream of a ticket, which is void from now on; None for another token, or after its end."""
        with self._lock:
            answers = self._answers.pop(token, None)
        return None if answers is None or answers.ended else answers


@st.cache_resource(show_spinner=False)
def tickets() -> Tickets:
    """The tickets of all visitors."""
    return Tickets()
