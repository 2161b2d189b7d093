"""Redis 7: LPUSH of the bytes of our Open, appended and synced before the answer, from redis-benchmark."""
from . import packages
from .place import Failure

# A call of Open as lodge-load makes it.
PAYLOAD = (
    '{"method":"org.concierged.Requests.Open","parameters":{"service":"bench.matter","resident":"apt-456","input":'
    '{"subject":"The tap drips, call 123456","place":"Building B, kitchen"}}}')


class Redis:
    name = "Redis 7"

    def __init__(self, place, tracer=()):
        self.place, self.tracer = place, tracer
        self.data = place.fresh("redis")

    def __enter__(self):
        place = self.place
        self.socket = place.socket("redis.socket")
        # Not rewritten while it is measured, which would only slow it down.
        self.process = place.start(
            [packages.find(place, "redis-server"), "--port", 0, "--unixsocket", self.socket, "--dir", self.data,
             "--appendonly", "yes", "--appendfsync", "always", "--save", "", "--auto-aof-rewrite-percentage", 0],
            log="redis.log", tracer=self.tracer)
        place.wait_for(self.process, self.socket.exists, "Redis")
        return self

    def __exit__(self, *_):
        self.place.end(self.process)

    def _benchmark(self, clients, requests):
        printed = self.place.run([
            packages.find(self.place, "redis-tools"), "-s", self.socket, "-c", clients, "-n", requests, "--csv",
            "LPUSH", "requests", PAYLOAD])
        lines = [line for line in printed.splitlines() if line.startswith('"')]
        if len(lines) < 2:
            raise Failure("redis-benchmark: " + printed)
        # The first field is the command with its own quotation marks as they are: the others are told from the end.
        names = ("rps", "average", "least", "p50", "p95", "p99", "most")
        row = dict(zip(names, (float(field.strip('"')) for field in lines[1].split(",")[-len(names):])))
        return {
            "per_second": row["rps"], "p50_us": row["p50"] * 1000, "p99_us": row["p99"] * 1000, "answered": requests,
        }

    def opens(self, clients, seconds=None):
        # It counts calls and not seconds: the first run says how many the seconds hold.
        first = self._benchmark(clients, 2000 if clients == 1 else 10_000)
        calls = max(1000, int(first["per_second"] * (seconds or self.place.settings.seconds)))
        measured = self._benchmark(clients, calls)
        return {**measured, "answered_in_all": first["answered"] + measured["answered"]}
