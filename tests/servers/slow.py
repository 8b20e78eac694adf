"""A relay to a server's port whose answers take their time."""

import asyncio
import random
from contextlib import asynccontextmanager


class SlowRelay:
    """Passes bytes on; each piece of an answer comes late, up to ``latest_s``."""

    def __init__(self, port, latest_s=0.004):
        self.url = None
        self._server_port = port
        self._latest_s = latest_s
        self._chance = random.Random(3)  # noqa: S311 (a test keeps no secret)
        self._writers = set()

    @asynccontextmanager
    async def running(self):
        server = await asyncio.start_server(self._relay, "127.0.0.1", 0)
        self.url = f"redis://127.0.0.1:{server.sockets[0].getsockname()[1]}/0"
        async with server:
            yield self
            for writer in self._writers:
                writer.transport.abort()
            await asyncio.sleep(0)

    async def _relay(self, from_client, to_client):
        from_server, to_server = await asyncio.open_connection(
            "127.0.0.1", self._server_port
        )
        writers = {to_client, to_server}
        self._writers |= writers
        try:
            await asyncio.gather(
                self._pass_on(from_client, to_server, 65_536, 0),
                # Small pieces, so that an answer is often half there.
                self._pass_on(from_server, to_client, 100, self._latest_s),
            )
        except OSError:
            pass
        finally:
            self._writers -= writers
            for writer in writers:
                writer.transport.abort()

    async def _pass_on(self, reader, writer, size, latest_s):
        while part := await reader.read(size):
            await asyncio.sleep(self._chance.random() * latest_s)
            writer.write(part)
            await writer.drain()
        raise ConnectionResetError
