"""The entry point of the command `linli`."""

import sys


def main() -> int:
    """Say that no command is there yet, and return exit code 2."""
    print("linli: no command is implemented yet", file=sys.stderr)
    return 2
