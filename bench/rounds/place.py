"""Where a scenario is played: server and load on a core each, or the same where there is one."""
import os
import subprocess

from .server import Server


def cores():
    """Of the server and of the load."""
    allowed = sorted(os.sched_getaffinity(0))
    return allowed[0], allowed[-1]


def server(build, scenario):
    """A server for one run of `scenario`."""
    pin = ["taskset", "-c", str(cores()[0])]
    settings = {"media.threads": 1}
    if scenario != "bad-network":
        return Server(build, pin, settings)
    # The load comes over a cable of its own, so the server is in a network of its own, and there
    # it listens on every address.
    alone = ["unshare", "--net", "sh", "-c", 'ip link set lo up && exec "$@"', "sh"]
    everywhere = {"http.listen": "0.0.0.0", "media.listen": "0.0.0.0",
                  "auth.iKnowThisIsOpen": "true"}
    return Server(build, alone + pin, settings | everywhere)


def load(build, *arguments, timeout):
    return subprocess.run(["taskset", "-c", str(cores()[1]), str(build / "bench/load/parlour-load"),
                           "run", *arguments],
                          capture_output=True, text=True, timeout=timeout, check=False)
