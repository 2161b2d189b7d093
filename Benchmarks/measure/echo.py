"""A bare echo in C on the same kind of socket."""
from . import lodge


class Echo:
    name = "echo in C"

    def __init__(self, place):
        self.place = place

    def __enter__(self):
        self.socket = self.place.socket("echo.socket")
        self.process = self.place.start([self.place.peers / "echo", self.socket], log="echo.log")
        self.place.wait_for(self.process, self.socket.exists, "the echo server")
        return self

    def __exit__(self, *_):
        self.place.end(self.process)

    def round_trip(self):
        return lodge.round_trip(self.place, self.socket, echo=True)

    def calls(self):
        return lodge.load(self.place, self.socket, "echo", 1)
