"""The table of commands: for each its module, below `commands/`, which is imported when it is used, and its summary.

A command's module has `EXAMPLES`, `add_arguments(parser)` and `run(options)`, which returns the exit code.
"""

#: In the order in which --help lists them.
COMMANDS = {
    "compose": ("songs.compose", "make a song from a number or a program: score, MIDI and sound"),
    "play": ("live.play", "play a song in the terminal; its program types itself out"),
    "decode": ("songs.decode", "print the program inside a song, without running it"),
    "practice": ("live.practice", "play a song yourself: see the next key, have mistakes counted"),
    "verify": ("songs.verify", "check a song: digits, primality, payload, CRC-32, SHA-256"),
    "notes": ("songs.notes", "show which swara (note) each digit sounds, and how often"),
    "render": ("songs.render", "render a song as a sound file"),
    "export": ("songs.export", "export a song as a web page that plays it, or as a video"),
    "qr": ("songs.qr", "draw a song's number as a QR code"),
    "transcribe": ("songs.transcribe", "write down the notes of a recording"),
    "listen": ("live.listen", "decode a song live, from the microphone or a pipe"),
    "studio": ("live.studio", "open the player in the browser"),
    "run": ("songs.run", "show the program inside a song, ask, then run it in a sandbox"),
    "encode": ("numbers.encode", "find the prime that holds a program, and print it"),
    "prove": ("numbers.prove", "prove a number prime, and write its certificate"),
    "certificate": ("numbers.certificate", "check a certificate, or print a program that checks it"),
    "completion": ("completion", "print the completion script of bash, zsh or fish"),
    "help": ("help", "show the help of a command, or the reading limits"),
}
