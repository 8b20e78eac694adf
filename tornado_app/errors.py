"""What keeps the program from starting, in words for its operator."""

from pathlib import Path


class StartError(Exception):
    """The program cannot start until its operator puts something right.

    The message is one line that says what is wrong and what to do.

    Attributes:
        exit_code: What the process answers with.
    """

    exit_code = 1


class OptionError(StartError):
    """An option is unknown, or its value cannot be used.

    Attributes:
        source: Where it was given, e.g. ``"--port"`` or ``"APP_PORT"``.
        problem: What is wrong with it, e.g. ``"want a port from 0 to 65535"``.
    """

    exit_code = 2  # as argparse and most Unix programs do

    def __init__(self, source: str, problem: str) -> None:
        super().__init__(f"{source}: {problem}")
        self.source = source
        self.problem = problem


class SecretFileError(StartError):
    """The file of secrets cannot be made, read or trusted.

    Attributes:
        path: The file.
        problem: What is wrong with it and what to do.
    """

    def __init__(self, path: Path, problem: str) -> None:
        super().__init__(f"secret file {path}: {problem}")
        self.path = path
        self.problem = problem


class ListenError(StartError):
    """The address and port cannot be listened on.

    Attributes:
        address: The address that was asked for.
        port: The port that was asked for.
        problem: What is wrong and what to do.
    """

    def __init__(self, address: str, port: int, problem: str) -> None:
        super().__init__(f"cannot listen on {address} port {port}: {problem}")
        self.address = address
        self.port = port
        self.problem = problem


class ChildError(StartError):
    """One of several processes did not come up.

    Attributes:
        exit_code: What that process would have answered with, were it alone.
    """

    def __init__(self, problem: str, exit_code: int) -> None:
        super().__init__(problem)
        self.exit_code = exit_code
