"""Runs a command and says what it and everything below it cost."""
import ctypes
import json
import os
import resource
import signal
import sys
import threading
import time

PR_SET_CHILD_SUBREAPER = 36
BROWSER = {os.path.basename(os.path.realpath(os.environ["CHROME"])), "chrome_crashpad_handler"}
TICK = os.sysconf("SC_CLK_TCK")


def children_of(pid):
    """Each thread has its own."""
    children = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", encoding="ascii") as file:
                children += [int(child) for child in file.read().split()]
    except OSError:
        pass  # it has just ended
    return children


def processes_below(pid):
    for child in children_of(pid):
        yield child
        yield from processes_below(child)


class Watcher(threading.Thread):
    """Looks at all processes' time, and at the memory of the driver's own, those that are not Chromium."""

    def __init__(self):
        super().__init__(daemon=True)
        self.cpu, self.browser_cpu, self.peak, self.over = {}, {}, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.05):
            resident = 0
            for pid in processes_below(os.getpid()):
                try:
                    is_browser = os.path.basename(os.readlink(f"/proc/{pid}/exe")) in BROWSER
                    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                        fields = file.read().rsplit(")", 1)[1].split()
                    times = self.browser_cpu if is_browser else self.cpu
                    times[pid] = (int(fields[11]) + int(fields[12])) / TICK
                    if not is_browser:
                        resident += int(fields[21]) * resource.getpagesize()
                except (OSError, IndexError):
                    continue  # it has just ended
            self.peak = max(self.peak, resident)


def main():
    command, result = sys.argv[2:], sys.argv[1]
    # What a driver leaves behind comes to us, and its time is counted.
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1)
    watcher = Watcher()
    watcher.start()
    began = time.monotonic()
    driver = os.spawnvp(os.P_NOWAIT, command[0], command)
    _, status = os.waitpid(driver, 0)
    seconds = time.monotonic() - began
    time.sleep(0.2)
    left = list(processes_below(os.getpid()))
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    while True:
        try:
            os.wait()
        except ChildProcessError:
            break
    watcher.over.set()
    watcher.join()
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    # The kernel forgets the time of processes whose parent does not wait for them, as Chromium's zygote does
    # at times for its last renderers; looking now and then misses what short-lived ones do in between. Both say
    # too little, never too much.
    looked_at = sum(watcher.cpu.values()) + sum(watcher.browser_cpu.values())
    waited_for = usage.ru_utime + usage.ru_stime
    with open(result, "w", encoding="utf-8") as file:
        json.dump(
            {
                "status": os.waitstatus_to_exitcode(status),
                "seconds": seconds,
                "cpu": max(looked_at, waited_for),
                "driver_cpu": sum(watcher.cpu.values()),
                "driver_peak": watcher.peak,
                "left": len(left),
            },
            file,
        )


if __name__ == "__main__":
    main()
