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


def processes_below(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            children = [int(child) for child in file.read().split()]
    except OSError:
        return
    for child in children:
        yield child
        yield from processes_below(child)


class Watcher(threading.Thread):
    """Looks at the driver's own processes, those that are not Chromium: their processor time and memory."""

    def __init__(self):
        super().__init__(daemon=True)
        self.cpu, self.peak, self.over = {}, 0, threading.Event()

    def run(self):
        while not self.over.wait(0.02):
            resident = 0
            for pid in processes_below(os.getpid()):
                try:
                    if os.path.basename(os.readlink(f"/proc/{pid}/exe")) in BROWSER:
                        continue
                    with open(f"/proc/{pid}/stat", encoding="utf-8") as file:
                        fields = file.read().rsplit(")", 1)[1].split()
                    self.cpu[pid] = (int(fields[11]) + int(fields[12])) / TICK
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
    with open(result, "w", encoding="utf-8") as file:
        json.dump(
            {
                "status": os.waitstatus_to_exitcode(status),
                "seconds": seconds,
                "cpu": usage.ru_utime + usage.ru_stime,
                "driver_cpu": sum(watcher.cpu.values()),
                "driver_peak": watcher.peak,
                "left": len(left),
            },
            file,
        )


if __name__ == "__main__":
    main()
