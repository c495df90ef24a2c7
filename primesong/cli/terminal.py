"""What of a song may be shown on a terminal."""


def harmless(program: bytes) -> str:
    """Show a program on a terminal: what could steer the terminal is replaced by a question mark in a box."""
    text = program.decode("utf-8", "replace")
    return "".join(character if character.isprintable() or character in "\n\t" else "\ufffd" for character in text)
