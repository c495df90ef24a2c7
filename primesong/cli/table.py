"""The table of commands: for each its summary and its module, which is imported when the command is used.

A command's module has `EXAMPLES`, `add_arguments(parser)` and `run(options)`, which returns the exit code.
"""

#: In the order in which --help lists them.
COMMANDS = {
    "compose": "make a song from a number or a program: score, MIDI and sound",
    "play": "play a song in the terminal while its program types itself out",
    "decode": "print the program inside a song; it is never executed",
    "practice": "play a song yourself: the next key is shown, mistakes are counted",
    "verify": "check a song: digits, primality, payload, CRC-32, SHA-256",
    "notes": "show which digit sounds which swara, and how often",
    "render": "render a song as a sound file",
    "export": "make a page that plays a song, or a video of it, to send to someone",
    "qr": "draw a song's number as a QR code",
    "transcribe": "write down the notes of a recording",
    "listen": "hear a song live, from the microphone or a pipe",
    "studio": "open the player in the browser",
    "run": "show the program inside a song, ask, and run it in a sandbox",
    "encode": "find the prime that holds a program, and print it",
    "prove": "prove a number prime, and write its certificate",
    "certificate": "check a certificate, or print a program that checks it",
    "completion": "print the completion script of bash, zsh or fish",
    "help": "explain a command, or the limits for reading",
}
