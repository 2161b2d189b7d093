"""Triggers tasks from several threads while the consumer runs, and waits until every outcome is stored."""
import json
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from huey_app import huey, noop

seconds, callers = float(sys.argv[1]), int(sys.argv[2])
in_all = 0


def trigger(count):
    for _ in range(count):
        noop()


def run(tasks):
    """How many of so many tasks a second come to a stored outcome, their triggering included."""
    global in_all
    each = max(1, tasks // callers)
    began = time.monotonic()
    with ThreadPoolExecutor(callers) as threads:
        for ended in [threads.submit(trigger, each) for _ in range(callers)]:
            ended.result()
    in_all += each * callers
    while huey.result_count() < in_all:
        if time.monotonic() > began + 60 + 10 * seconds:
            sys.exit(f"{huey.result_count()} of {in_all} tasks have an outcome")
        time.sleep(0.01)
    return each * callers, time.monotonic() - began


# The consumer's workers are up once some have run; then so many that they take about the seconds.
run(50)
tasks, took = run(200)
tasks, took = run(int(tasks / took * seconds))
print(json.dumps({"answered": tasks, "answered_in_all": in_all, "seconds": took, "per_second": tasks / took}))
