"""huey on SQLite with fsync: a task that does nothing, its outcome stored."""
import os

from huey import SqliteHuey

# A slow disk makes writers wait for one another for longer than huey would.
huey = SqliteHuey("bench", filename=os.environ["BENCH_DATABASE"], fsync=True, timeout=60)


@huey.task()
def noop():
    return "Done."
