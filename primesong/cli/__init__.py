"""The command line: each command parses its options, calls one action and prints."""
