"""Servers on loopback that answer as they should, refuse, hang, trickle, lie, reset, and come back, by a seeded script."""

import asyncio
import socket
import ssl
import struct

# What a good server of each kind says to the first bytes that it is sent.
GOOD = {
    "redis": b"+PONG\r\n",
    # A request for a password in clear text is ready for a ping.
    "postgres": b"R\0\0\0\x08\0\0\0\x03",
    "http": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "https": b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    "tcp": b"",
}
LIES = [b"\xff" * 64, b"-LOADING not yet\r\n", b"HTTP/1.1 503 no\r\nContent-Length: 0\r\n\r\n", b"$2147483647\r\n",
        b"E\0\0\0\x2aSFATAL\0C57P03\0Mstarting up, wait\0\0", b"\0"]
MOODS = ["good", "good", "refuse", "hang", "trickle", "lie", "reset", "endless"]


class Peer:
    """One server; `mood` says how it answers."""

    def __init__(self, kind, random, certificate=None, steady=False):
        self.kind, self.random, self.steady = kind, random, steady
        self.mood = "good"
        self.server = None
        self.context = None
        if kind == "https":
            self.context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.context.load_cert_chain(*certificate)
        # The port stays ours while nobody listens: another program's server there would be a false yes.
        self.place = socket.socket()
        self.place.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        self.place.bind(("127.0.0.1", 0))
        self.port = self.place.getsockname()[1]

    async def listen(self):
        if self.server is None:
            self.server = await asyncio.start_server(
                self.serve, "127.0.0.1", self.port, reuse_port=True, ssl=self.context, backlog=64,
                ssl_handshake_timeout=2 if self.context else None)

    async def refuse(self):
        if self.server is not None:
            self.server.close()
            self.server = None

    async def live(self, ends):
        """Changes its mood every few seconds, until the moment when everything ends."""
        loop = asyncio.get_running_loop()
        await self.listen()
        while not self.steady and loop.time() < ends:
            await asyncio.sleep(self.random.uniform(1, 5))
            self.mood = self.random.choice(MOODS)
            await (self.refuse() if self.mood == "refuse" else self.listen())

    async def serve(self, reader, writer):
        try:
            if self.kind != "tcp" or self.mood != "good":
                await asyncio.wait_for(reader.read(4096), 3)
            await self.answer(writer)
        except (OSError, asyncio.TimeoutError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def answer(self, writer):
        good = GOOD[self.kind] or b"hello"
        if self.mood == "good":
            writer.write(good)
            await writer.drain()
        elif self.mood == "hang":
            await asyncio.sleep(2)
        elif self.mood == "trickle":
            for byte in good:
                writer.write(bytes([byte]))
                await writer.drain()
                await asyncio.sleep(0.1)
        elif self.mood == "lie":
            writer.write(self.random.choice(LIES))
            await writer.drain()
        elif self.mood == "reset":
            raw = writer.get_extra_info("socket")
            raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        elif self.mood == "endless":
            for _ in range(32):
                writer.write(b"X-More: " + b"x" * 4096 + b"\r\n")
                await writer.drain()
