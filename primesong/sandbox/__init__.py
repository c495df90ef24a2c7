"""Run an untrusted program: what it would do, how it is isolated, and what came of it. Nothing else runs a program."""
