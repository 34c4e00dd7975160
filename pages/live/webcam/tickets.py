"""Tickets: who may open a WebSocket for a stream. A page of this app gets one, for one use."""

import secrets
import threading
from typing import Protocol

import streamlit as st


class Answers(Protocol):
    """Answers what a stream's browser sends, as `FrameAnswers` and `NumberAnswers` do."""

    def answer(self, message: bytes) -> bytes:
        """The answer to a message."""

    @property
    def ended(self) -> bool:
        """Whether there are no more answers."""

    def stop(self) -> None:
        """Give no more answers."""


class Tickets:
    """The tickets that nobody has used yet; any thread may call this."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._answers: dict[str, Answers] = {}

    def issue(self, answers: Answers) -> str:
        """A new ticket for a stream: a token that cannot be guessed, of letters, digits, - and _."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            # Not every browser comes with its ticket.
            valid = {token: answers for token, answers in self._answers.items() if not answers.ended}
            self._answers = valid | {token: answers}
        return token

    def redeem(self, token: str) -> Answers | None:
        """The stream that a ticket is for, once; None for another token, or after the stream's end."""
        with self._lock:
            answers = self._answers.pop(token, None)
        return None if answers is None or answers.ended else answers


@st.cache_resource(show_spinner=False)
def tickets() -> Tickets:
    """The tickets of all visitors."""
    return Tickets()
