"""The HTTP protocol of Uvicorn with a bound on the head of a request, which it does not have.

Without it, one sender of an endless header fills the memory of the whole process. Bodies are
bounded by ``review_api.security``, which sees nothing before the head has ended.
"""

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

MOST_BYTES = 64 * 1024  # of the first line and all headers
REFUSAL = "Request header is too large."


class BoundedHead(HttpToolsProtocol):
    """Answers 400 and hangs up on a head that goes on and on."""

    head = 0
    is_in_head = True

    def data_received(self, data: bytes) -> None:
        """Take what has come, unless the head is over its bound by now."""
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

    def on_headers_complete(self) -> None:
        """Leave the body to the application."""
        self.is_in_head = False
        super().on_headers_complete()
