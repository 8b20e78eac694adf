"""Becomes another program, as another user, that ends with whoever started it.

``python leashed.py USER PROGRAM ARGUMENT…``; an empty USER: as it is.
"""

import ctypes
import os
import pwd
import signal
import sys

PR_SET_PDEATHSIG = 1  # linux/prctl.h


def become(user):
    account = pwd.getpwnam(user)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)


if __name__ == "__main__":
    _, user, *words = sys.argv
    if user:
        become(user)
    if sys.platform == "linux":
        # After the change of user, which would undo it.
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGINT)
    os.execv(words[0], words)
