"""A mail server that takes every mail at once and keeps none. It prints when the first and the last of COUNT came.

    mail_sink.py PORT-FILE COUNT

The port that it listens on, of 127.0.0.1, is written into PORT-FILE.
"""
import asyncio
import json
import os
import sys
import time

port_file, count = sys.argv[1], int(sys.argv[2])


class Sink(asyncio.Protocol):
    """One connection: RFC 5321, as far as a client that keeps to it needs."""

    times = []
    finished = None

    def connection_made(self, transport):
        self.transport, self.pending, self.is_data = transport, b"", False
        transport.write(b"220 sink.example.org ESMTP\r\n")

    def data_received(self, data):
        self.pending += data
        while True:
            end = b"\r\n.\r\n" if self.is_data else b"\r\n"
            head, found, rest = self.pending.partition(end)
            if not found:
                return
            self.pending = rest
            self.transport.write(self.taken() if self.is_data else self.answered(head[:4].upper()))

    def taken(self):
        self.is_data = False
        Sink.times.append(time.monotonic())
        if len(Sink.times) == count:
            Sink.finished.set_result(None)
        return b"250 taken\r\n"

    def answered(self, command):
        if command == b"EHLO":
            return b"250-sink.example.org\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250 SIZE 10000000\r\n"
        if command == b"DATA":
            self.is_data = True
            return b"354 go on\r\n"
        if command == b"QUIT":
            self.transport.close()
            return b"221 bye\r\n"
        return b"250 fine\r\n"


async def main():
    loop = asyncio.get_running_loop()
    Sink.finished = loop.create_future()
    server = await loop.create_server(Sink, "127.0.0.1", 0)
    # The file appears with its content.
    with open(port_file + ".partial", "w") as file:
        file.write(str(server.sockets[0].getsockname()[1]))
    os.rename(port_file + ".partial", port_file)
    await Sink.finished
    print(json.dumps({"mails": count, "seconds": Sink.times[-1] - Sink.times[0]}), flush=True)


asyncio.run(main())
