"""Durable tasks in Python: huey and DBOS, each on SQLite.

Each at the concurrency at which it does most: writers of one SQLite file wait for one another, and more of them only
wait longer.
"""
import json
import signal

from . import packages


class Huey:
    """One consumer, its outcomes counted in its store; the tasks are enqueued meanwhile."""

    name = "huey"
    callers = 4

    def __init__(self, place, tracer=()):
        self.place, self.tracer = place, tracer
        self.environment = {
            "BENCH_DATABASE": str(place.fresh("huey") / "huey.db"), "PYTHONPATH": str(place.programs / "peers"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }

    def __enter__(self):
        python = packages.python(self.place)
        self.process = self.place.start(
            [python, python.with_name("huey_consumer"), "huey_app.huey", "--workers", 1, "--worker-type", "thread",
             "--no-periodic", "--quiet"],
            environment=self.environment, log="huey.log", tracer=self.tracer)
        return self

    def __exit__(self, *_):
        self.place.end(self.process, signal.SIGINT)

    def tasks(self, seconds=None):
        return json.loads(self.place.run(
            [packages.python(self.place), self.place.programs / "peers/huey_load.py",
             seconds or self.place.settings.seconds, self.callers],
            environment=self.environment))


class DBOS:
    """A program that calls its own workflows: there is no server."""

    name = "DBOS"
    callers = 1

    def __init__(self, place, tracer=()):
        self.place, self.tracer = place, tracer

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def tasks(self, seconds=None):
        environment = {"BENCH_DATABASE": str(self.place.fresh("dbos") / "dbos.db")}
        return json.loads(self.place.run(
            [*self.tracer, packages.python(self.place), self.place.programs / "peers/dbos_load.py",
             seconds or self.place.settings.seconds, self.callers],
            environment=environment).splitlines()[-1])
