"""What the figures depend on: the machine that they were taken on."""

import os
import platform
import sqlite3
import statistics
import sys
import time
from pathlib import Path

import tornado

_WRITES = 50


def fitting_cores() -> list[int]:
    """The cores that this process may use."""
    return sorted(os.sched_getaffinity(0))


def all_cores() -> str:
    """Every core, as taskset wants them: for what runs as it does on a site."""
    return ",".join(map(str, fitting_cores()))


def server_core() -> int:
    """Where the measured server runs."""
    return fitting_cores()[0]


def load_core() -> int:
    """Where wrk runs; the server's own core if there is no other."""
    return fitting_cores()[:2][-1]


def store_core() -> int:
    """Where a remote store runs; wrk's core if there is no third."""
    return fitting_cores()[:3][-1]


def warnings(*, remote: bool) -> list[str]:
    """What whoever reads the figures must know; *remote*: a remote store is used."""
    count = len(fitting_cores())
    if count < 2:
        return ["One core only: server and wrk share it, and no figure means much."]
    if remote and count < 3:
        return [
            "Two cores only: PostgreSQL and Redis share one with wrk; their figures"
            " say less than those of the stores inside the server."
        ]
    return []


def sync_ms(folder: Path) -> float:
    """The median time that the disk of *folder* takes to make 4 KiB durable."""
    path = folder / "fdatasync"
    times_s = []
    with path.open("wb", buffering=0) as file:
        for _ in range(_WRITES):
            file.write(bytes(4096))
            started_s = time.perf_counter()
            os.fdatasync(file.fileno())
            times_s.append(time.perf_counter() - started_s)
    path.unlink()
    return statistics.median(times_s) * 1_000


def description(folder: Path) -> str:
    """One sentence: processor, versions, disk."""
    return (
        f"{_processor()}, {len(fitting_cores())} cores; {platform.system()}"
        f" {platform.release()}; Python {sys.version.split()[0]}, Tornado"
        f" {tornado.version}, SQLite {sqlite3.sqlite_version};"
        f" one fdatasync of the disk {sync_ms(folder):.2f} ms."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.split(":", 1)[1].strip() for line in lines if "model name" in line)
    return next(names, platform.machine())
