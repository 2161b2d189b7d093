"""What the kernel says of a process."""
import os


def resident_mb(pid):
    """Resident memory: all of it, and what is the process's own."""
    values = {}
    with open(f"/proc/{pid}/status") as lines:
        for line in lines:
            name, _, value = line.partition(":")
            if name in ("VmRSS", "RssAnon", "RssFile"):
                values[name] = int(value.split()[0]) / 1024
    return {"resident_mb": values["VmRSS"], "anonymous_mb": values["RssAnon"], "file_mb": values["RssFile"]}


def switches(pid):
    """How often the threads of a process went to sleep, and so were woken, by thread."""
    counts = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        try:
            with open(f"/proc/{pid}/task/{thread}/status") as lines:
                status = dict(line.rstrip("\n").split(":\t", 1) for line in lines if ":\t" in line)
        except FileNotFoundError:
            continue
        counts[thread] = (status["Name"], int(status["voluntary_ctxt_switches"]))
    return counts


def processor_seconds(pid):
    with open(f"/proc/{pid}/stat") as line:
        fields = line.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
