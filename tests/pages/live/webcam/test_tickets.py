from pages.live.webcam.tickets import Tickets


class Stream:
    """Stands for a stream that answers."""

    ended = False

    def answer(self, message: bytes) -> bytes:
        return message

    def stop(self) -> None:
        self.ended = True


def test_each_ticket_leads_to_its_stream_once() -> None:
    tickets, streams = Tickets(), [Stream(), Stream()]
    first, second = (tickets.issue(stream) for stream in streams)
    assert first != second
    assert tickets.redeem(second) is streams[1]
    assert tickets.redeem(second) is None
    assert tickets.redeem(first) is streams[0]


def test_tickets_that_nobody_came_with_are_not_kept() -> None:
    tickets = Tickets()
    for _ in range(5):
        stream = Stream()
        token = tickets.issue(stream)
        stream.stop()
        assert tickets.redeem(token) is None
    for _ in range(5):
        stream = Stream()
        tickets.issue(stream)
        stream.stop()
    tickets.issue(Stream())
    assert len(tickets._answers) == 1
