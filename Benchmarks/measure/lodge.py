"""Ours: the daemon with the benchmark's provider, and the load for it."""
import json
import socket
import time

from . import processes
from .place import Failure


class Lodge:
    """A daemon on a state directory; started when entered, stopped when left."""

    name = "concierged"

    def __init__(self, place, state=None, tracer=()):
        self.place, self.tracer = place, tracer
        self.state = state or place.fresh("lodge")

    def __enter__(self):
        place = self.place
        self.socket = place.socket("lodge.socket")
        notify = place.socket("notify.socket")
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
            listener.bind(str(notify))
            place.own(notify)
            listener.settimeout(300)
            began = time.monotonic()
            self.process = place.start(
                [place.programs / "bench-lodge", "--config", place.programs / "lodge.yaml", "--state-dir", self.state,
                 "--socket", self.socket],
                environment={"NOTIFY_SOCKET": str(notify)}, log="lodge.log", tracer=self.tracer)
            self._await_ready(listener)
            self.seconds_to_ready = time.monotonic() - began
        return self

    def __exit__(self, *_):
        self.place.end(self.process)

    def _await_ready(self, listener):
        listener.settimeout(0.5)
        deadline = time.monotonic() + 300
        while time.monotonic() < deadline:
            try:
                if b"READY=1" in listener.recv(4096):
                    return
            except socket.timeout:
                if self.process.poll() is not None:
                    break
        raise Failure(f"the daemon was not ready, status {self.process.poll()}:\n{self.process.log.read_text(errors='replace')[-2000:]}")

    def calls(self, workload, connections, in_flight=1, seconds=None):
        return load(self.place, self.socket, workload, connections, in_flight, seconds)

    def round_trip(self):
        return round_trip(self.place, self.socket)

    def timers(self):
        settings = self.place.settings
        # At 2000 a second, which a slow disk does, they are open in time.
        lead = max(3, settings.timers / 2000)
        return self._load(["timers", "--socket", self.socket, "--count", settings.timers, "--lead", lead])

    def _load(self, arguments):
        return json.loads(self.place.run([self.place.programs / "lodge-load", *arguments]))

    def memory(self):
        return processes.resident_mb(self.process.pid)

    def processor_seconds(self):
        return processes.processor_seconds(self.process.pid)


def load(place, server, workload, connections, in_flight=1, seconds=None):
    settings = place.settings
    return json.loads(place.run([
        place.programs / "lodge-load", "calls", "--socket", server, "--workload", workload,
        "--connections", connections, "--in-flight", in_flight,
        "--seconds", seconds or settings.seconds, "--warm-up", settings.warm_up]))


def round_trip(place, server, echo=False):
    calls = int(2000 * place.settings.seconds)
    return json.loads(place.run([
        place.programs / "lodge-load", "round-trip", "--socket", server, "--calls", calls, "--warm-up", calls // 5,
        *(["--echo"] if echo else [])]))


class Filled:
    """State directories with very many requests in them, each filled once."""

    def __init__(self, place):
        self.place, self.states = place, {}

    def state(self, count):
        if count not in self.states:
            state = self.place.fresh(f"filled-{count}")
            self.place.run([
                self.place.programs / "bench-inside", "fill", "--state-dir", state, "--count", count], timeout=3600)
            self.states[count] = state
        return self.states[count]
