"""beanstalkd: put of the bytes of our Open, synced before the answer, from our own load generator."""
from . import lodge, packages


class Beanstalkd:
    name = "beanstalkd"

    def __init__(self, place, tracer=()):
        self.place, self.tracer = place, tracer
        self.data = place.fresh("beanstalkd")

    def __enter__(self):
        place = self.place
        self.socket = place.socket("beanstalkd.socket")
        self.process = place.start(
            [packages.find(place, "beanstalkd"), "-l", f"unix:{self.socket}", "-b", self.data, "-f", 0],
            log="beanstalkd.log", tracer=self.tracer)
        place.wait_for(self.process, self.socket.exists, "beanstalkd")
        return self

    def __exit__(self, *_):
        self.place.end(self.process)

    def opens(self, clients, seconds=None):
        return lodge.load(self.place, self.socket, "put", clients, 1, seconds)
