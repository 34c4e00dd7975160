"""A slow link: passes TCP connections on with a delay, and with a bounded rate from the browser."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_AT_ONCE = 4096


@contextmanager
def slow_link(server_port: int, round_trip: float, bits_up: float) -> Iterator[int]:
    """The port of a link to a server on this machine.

    Args:
        server_port: The server's.
        round_trip: Seconds that a byte takes to the server and back.
        bits_up: Bits a second towards the server.
    """
    loop = asyncio.new_event_loop()
    ports: list[int] = []
    ready = threading.Event()

    async def serve() -> None:
        async def connect(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            up_reader, up_writer = await asyncio.open_connection("127.0.0.1", server_port)
            # At the end, asyncio would report a connection's task that ends in any other way.
            with suppress(asyncio.CancelledError):
                await asyncio.gather(
                    _pass_on(reader, up_writer, round_trip / 2, bits_up),
                    _pass_on(up_reader, writer, round_trip / 2, float("inf")),
                    return_exceptions=True,
                )

        listening = await asyncio.start_server(connect, "127.0.0.1", 0)
        ports.append(listening.sockets[0].getsockname()[1])
        ready.set()

    async def end() -> None:
        serving.cancel()
        passing_on = asyncio.all_tasks() - {asyncio.current_task()}
        for task in passing_on:
            task.cancel()
        await asyncio.gather(*passing_on, return_exceptions=True)

    serving = loop.create_task(serve())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    ready.wait(10)
    try:
        yield ports[0]
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


async def _pass_on(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float, bits: float
) -> None:
    """Pass bytes on, each after the delay, and not more of them a second than the link carries."""
    loop = asyncio.get_running_loop()
    # As much waits in the link as a router would hold; then the sender waits.
    under_way: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(64)

    async def take() -> None:
        free = loop.time()
        while data := await reader.read(_AT_ONCE):
            free = max(free, loop.time()) + 8 * len(data) / bits
            await asyncio.sleep(max(free - loop.time(), 0))
            await under_way.put((loop.time() + delay, data))
        await under_way.put((0.0, b""))

    taking = asyncio.create_task(take())
    while True:
        due, data = await under_way.get()
        if not data:
            break
        await asyncio.sleep(max(due - loop.time(), 0))
        writer.write(data)
        await writer.drain()
    writer.close()
    await taking
