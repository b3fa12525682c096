"""What a command cannot do, told to the person who typed it."""


class CommandError(Exception):
    """Ends a command with exit code 1. The message says what to do about it; nobody needs to see a traceback."""
