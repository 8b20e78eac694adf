"""A relay to a server's socket that cuts connections in the middle."""

import asyncio
from contextlib import asynccontextmanager


class CuttingRelay:
    """Passes bytes on; ``cut_after`` of them to the client, it ends the connection.

    Each connection takes the number that holds when it begins; None: it is not cut.
    """

    def __init__(self, path):
        self.path = path
        self.cut_after = None
        self.cuts = 0
        self.port = None
        self._writers = set()

    def cut_all(self):
        """End all connections now, without a word."""
        for writer in self._writers:
            self.cuts += 1
            writer.transport.abort()

    @asynccontextmanager
    async def running(self):
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        async with server:
            yield self
            self.cut_all()
            await asyncio.sleep(0)

    async def _relay(self, from_client, to_client):
        left = self.cut_after
        try:
            from_server, to_server = await asyncio.open_unix_connection(self.path)
        except OSError:
            to_client.transport.abort()
            return
        self._writers |= {to_client, to_server}
        try:
            await asyncio.gather(
                self._pass_on(from_client, to_server, None),
                self._pass_on(from_server, to_client, left),
            )
        except OSError:
            pass
        finally:
            self._writers -= {to_client, to_server}
            to_client.transport.abort()
            to_server.transport.abort()

    async def _pass_on(self, reader, writer, left):
        while part := await reader.read(65_536):
            if left is not None and len(part) >= left:
                self.cuts += 1
                part, left = part[:left], 0
            writer.write(part)
            await writer.drain()
            if left == 0:
                # What was written still reaches the client: its message is half.
                break
            left = left and left - len(part)
        raise ConnectionResetError
