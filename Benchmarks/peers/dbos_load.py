"""DBOS on SQLite: a workflow with one step, called from several threads, each waiting for the durable outcome."""
import json
import os
import sys
import threading
import time

from dbos import DBOS

seconds, callers = float(sys.argv[1]), int(sys.argv[2])
DBOS(config={
    "name": "bench", "system_database_url": "sqlite:///" + os.environ["BENCH_DATABASE"], "log_level": "ERROR",
    "run_admin_server": False,
})


@DBOS.step()
def step():
    return "Done."


@DBOS.workflow()
def workflow():
    return step()


DBOS.launch()
for _ in range(5):
    workflow()
latencies = []
began = time.monotonic()
ends = began + seconds


def call():
    while (sent := time.monotonic()) < ends:
        workflow()
        if (now := time.monotonic()) < ends:
            latencies.append(now - sent)


threads = [threading.Thread(target=call) for _ in range(callers)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
latencies.sort()
print(json.dumps({
    "answered": len(latencies), "answered_in_all": 5 + len(latencies), "seconds": seconds,
    "per_second": len(latencies) / seconds,
    "p50_us": latencies[len(latencies) // 2] * 1e6 if latencies else None,
}), flush=True)
# Its own threads would be waited for otherwise.
os._exit(0)
