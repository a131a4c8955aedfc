"""A transport in memory: what is written is kept, and nobody reads slowly."""

import asyncio


class Wire(asyncio.Transport):
    """The server's end of a connection; the test is the client."""

    def __init__(self, protocol: asyncio.Protocol) -> None:
        super().__init__({"peername": ("192.0.2.7", 40000)})
        self._protocol = protocol
        self._is_closing = False
        self.written = b""
        self.is_paused = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        """Keep what is written."""
        assert not self._is_closing, "written after close"
        self.written += data

    def close(self) -> None:
        """Close, and tell the protocol in the next turn, as transports do."""
        if not self._is_closing:
            self._is_closing = True
            asyncio.get_running_loop().call_soon(self._protocol.connection_lost, None)

    def abort(self) -> None:
        """Close."""
        self.close()

    def is_closing(self) -> bool:
        """Say whether it is closed or about to be."""
        return self._is_closing

    def pause_reading(self) -> None:
        """Note that nothing more is wanted."""
        self.is_paused = True

    def resume_reading(self) -> None:
        """Note that more is wanted."""
        self.is_paused = False

    def get_write_buffer_size(self) -> int:
        """Say that all is written."""
        return 0
