"""Copies of dev.py that need no package, and so no network."""

import shutil
import subprocess
import sys

from tools.environment import DEVELOPMENT, ROOT, RUNTIME

SERVER = "import sys; print(sys.argv[1:]); sys.exit(7)"


def project_in(folder):
    """A project whose lock files ask for nothing, under a name with a space."""
    project = folder / "my project"
    shutil.copytree(ROOT / "tools", project / "tools")
    shutil.copy(ROOT / "dev.py", project)
    (project / "server.py").write_text(SERVER)
    for lock in (RUNTIME, DEVELOPMENT):
        (project / lock.name).write_text("# nothing\n")
    return project


def start(project, *words, **options):
    return subprocess.Popen(
        [sys.executable, "dev.py", *words],
        cwd=project,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **options,
    )


def dev(project, *words, **options):
    """Exit status, standard output and standard error of one call of dev.py."""
    with start(project, *words, **options) as process:
        output, errors = process.communicate(timeout=120)
    return process.returncode, output, errors
