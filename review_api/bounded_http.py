"""The HTTP protocol of Uvicorn with two bounds that it does not have: on size and on patience.

Without the first, one sender of an endless header fills the memory of the whole process; without
the second, senders of a byte a second hold its connections for ever. Bodies are bounded by
``review_api.security``, which sees nothing before the head has ended.
"""

import asyncio

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 64 * 1024  # of the first line and all headers
REFUSAL = "Request header is too large."
PATIENCE = 60.0
"""Seconds in which at least ``FEWEST_BYTES`` of an unfinished request must come."""
FEWEST_BYTES = 1024
DAWDLING = b"HTTP/1.1 408 Request Timeout\r\ncontent-length: 0\r\nconnection: close\r\n\r\n"


class BoundedHttp(HttpToolsProtocol):
    """Answers 400 to a head that goes on and on, 408 to a request that hardly comes."""

    patience = PATIENCE
    head = 0
    is_in_head = True
    heard = 0
    watch: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """Wait for the first request no longer than for the rest of one."""
        super().connection_made(transport)
        self._begin_watch()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._end_watch()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Take what has come, unless the head is over its bound by now."""
        self.heard += len(data)
        super().data_received(data)
        if not self.is_in_head or self.transport.is_closing():
            return
        self.head += len(data)
        if self.head > MOST_BYTES:
            self.logger.warning(REFUSAL)
            self.send_400_response(REFUSAL)

    def on_message_begin(self) -> None:
        """Count anew for every request of a connection."""
        super().on_message_begin()
        self.head, self.is_in_head = 0, True
        if self.watch is None:
            self._begin_watch()

    def on_headers_complete(self) -> None:
        """Leave the body to the application."""
        self.is_in_head = False
        super().on_headers_complete()

    def on_message_complete(self) -> None:
        """The request is whole: from here on the sender waits for us."""
        self._end_watch()
        super().on_message_complete()

    def _begin_watch(self) -> None:
        self.heard = 0
        self.watch = self.loop.call_later(self.patience, self._look)

    def _end_watch(self) -> None:
        if self.watch is not None:
            self.watch.cancel()
            self.watch = None

    def _look(self) -> None:
        """Go on while bytes come, or while it is we who do not read."""
        if self.heard >= FEWEST_BYTES or self.flow.read_paused:
            self._begin_watch()
            return
        self.watch = None
        self.logger.warning("Request came too slowly: hung up.")
        if self.cycle is None or not self.cycle.response_started:
            self.transport.write(DAWDLING)
        self.transport.close()
