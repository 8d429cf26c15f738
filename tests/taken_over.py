"""A reading process whose parser does what a hostile file wants: run as a program by the tests.

``python taken_over.py [unprivileged] [without-CALL …]``: as an account without rights, or as if on
a kernel or in a container that refuses these system calls.
"""

import ctypes
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

from flows.documents.parsing import child, work
from flows.documents.sandbox import landlock, system_calls, trial  # noqa: F401 - loaded before rights go

NOBODY = 65534
PIECE = 1 << 20
REFUSABLE = {
    "unshare": (272, 97),
    "landlock": (landlock.CREATE_RULESET,) * 2,
    "prctl": (157, 167),
}
PTRACE_ATTACH = 16
CLONE_NEWNS = 0x20000


def crowd(job, directory):
    """Start processes without end."""
    for _ in range(job["many"]):
        if os.fork() == 0:
            block = bytearray(job["each"] * PIECE)
            block[::4096] = b"x" * len(block[::4096])
            signal.pause()
    signal.pause()


def swell(job, directory):
    """Take memory without end."""
    kept = []
    while True:
        kept.append(bytearray(PIECE))


def idle(job, directory):
    signal.pause()


def burn(job, directory):
    while True:
        pass


def write_one(job, directory):
    with (directory / "large").open("wb") as file:
        while True:
            file.write(b"x" * PIECE)


def write_many(job, directory):
    for number in range(job["many"]):
        (directory / str(number)).write_bytes(b"x" * job["each"])
    time.sleep(job["afterwards"])
    return {}


def fork_once(job, directory):
    if os.fork() == 0:
        os._exit(0)
    return {}


def threads(job, directory):
    """Threads are no processes: they stay allowed."""
    said = []
    every = [threading.Thread(target=said.append, args=(n,)) for n in range(4)]
    for one in every:
        one.start()
    for one in every:
        one.join()
    return {"said": sorted(said)}


def reach(job, directory):
    """Return how every way out ended: the name of the error, or what was got."""
    return {name: outcome(attempt, job, directory) for name, attempt in WAYS_OUT.items()}


def link_result(job, directory):
    """Leave a way to a foreign file where the result is looked for."""
    (directory / work.RESULT).symlink_to(job["canary"])
    os._exit(0)


def name_foreign(job, directory):
    """Tell that a foreign file is a picture of this one."""
    result = work.read(job, directory)
    return result | {"images": {"a.png": job["canary"], "b.png": "../../canary.txt"}}


def outcome(attempt, job, directory):
    try:
        return repr(attempt(job, directory))
    except OSError as error:
        return type(error).__name__


def connect(family, kind, address):
    def attempt(job, _directory):
        with socket.socket(family, kind) as caller:
            caller.settimeout(2)
            caller.connect(address(job))
            return caller.send(b"called")

    return attempt


def shell(job, directory):
    """Programs may be started, inside the same walls."""
    command = f"cat {job['canary']}; cat /proc/{os.getppid()}/environ"
    return subprocess.run(["/bin/sh", "-c", command], capture_output=True, check=False).stdout


def own_program(job, directory):
    program = directory / "program"
    place = os.open(program, os.O_CREAT | os.O_WRONLY, 0o700)
    os.write(place, b"#!/bin/sh\necho ran\n")
    os.close(place)
    return subprocess.run([program], capture_output=True, check=True).stdout


def call(name, *arguments):
    def attempt(job, directory):
        libc = ctypes.CDLL(None, use_errno=True)
        if getattr(libc, name)(*arguments) < 0:
            raise OSError(ctypes.get_errno(), name)
        return "done"

    return attempt


def raise_limits(job, directory):
    before = resource.getrlimit(resource.RLIMIT_AS)
    try:
        resource.setrlimit(resource.RLIMIT_AS, (before[1] * 2, before[1] * 2))
    except ValueError as error:
        raise PermissionError(*error.args) from error
    return "raised"


WAYS_OUT = {
    "tcp": connect(socket.AF_INET, socket.SOCK_STREAM, lambda job: ("127.0.0.1", job["port"])),
    "tcp6": connect(socket.AF_INET6, socket.SOCK_STREAM, lambda job: ("::1", job["port"])),
    "udp": connect(socket.AF_INET, socket.SOCK_DGRAM, lambda job: ("127.0.0.1", job["port"])),
    "local": connect(socket.AF_UNIX, socket.SOCK_STREAM, lambda job: job["local"]),
    "abstract": connect(socket.AF_UNIX, socket.SOCK_STREAM, lambda job: "\0" + job["abstract"]),
    "netlink": lambda _job, _directory: socket.if_nameindex(),
    "canary": lambda job, _directory: Path(job["canary"]).read_text(),
    "folder": lambda job, _directory: list(Path(job["canary"]).parent.iterdir()),
    "accounts": lambda _job, _directory: Path("/etc/passwd").read_text(),
    "environment": lambda _job, _directory: Path(f"/proc/{os.getppid()}/environ").read_bytes(),
    "symlink": lambda job, directory: (directory / "link").symlink_to(job["canary"]),
    "hardlink": lambda job, directory: (directory / "twin").hardlink_to(job["canary"]),
    "original": lambda job, _directory: Path(job["path"]).write_text("changed"),
    "original cut": lambda job, _directory: os.truncate(job["path"], 0),
    "emptied": lambda job, _directory: os.open(job["canary"], os.O_RDONLY | os.O_TRUNC),
    "rights": lambda job, _directory: Path(job["canary"]).chmod(0o777),
    "beside": lambda job, _directory: Path(job["canary"]).with_name("new").touch(),
    "removal": lambda job, _directory: Path(job["canary"]).unlink(),
    "own program": own_program,
    "group": lambda _job, _directory: os.setsid(),
    "tracing": call("ptrace", PTRACE_ATTACH, os.getppid(), 0, 0),
    "namespaces": call("unshare", CLONE_NEWNS),
    "mount": call("mount", b"none", b"/tmp", b"tmpfs", 0, None),
    "limits": raise_limits,
    "shell": shell,
}  # fmt: skip


def refuse_calls(names):
    """Refuse system calls as a strict container does."""
    column = system_calls.COLUMNS.index(os.uname().machine)
    steps = [system_calls.step(system_calls.LOAD, system_calls.NUMBER_AT)]
    for name in names:
        number = REFUSABLE[name][column]
        steps += system_calls.verdict(system_calls.EQUAL, number, system_calls.REFUSE)
    steps.append(system_calls.step(system_calls.RETURN, system_calls.ALLOW))
    program = system_calls.Program(len(steps), b"".join(steps))
    libc = ctypes.CDLL(None)
    libc.prctl(38, 1, 0, 0, 0)
    assert libc.prctl(22, 2, ctypes.byref(program), 0, 0) == 0


def main(arguments):
    if "unprivileged" in arguments and os.geteuid() == 0:
        os.setgroups([])
        os.setgid(NOBODY)
        os.setuid(NOBODY)
    refused = [word.removeprefix("without-") for word in arguments if word.startswith("without-")]
    if refused:
        refuse_calls(refused)
    child.main()


MISCHIEF = (
    crowd, swell, idle, burn, write_one, write_many, fork_once, threads, reach, link_result,
)  # fmt: skip
work.TASKS |= {task.__name__: task for task in MISCHIEF}
child.TASKS_WITH_PROGRAMS += ("crowd", "reach")
work.TASKS["read"] = name_foreign if "lying" in sys.argv else work.read
if __name__ == "__main__":
    main(sys.argv[1:])
