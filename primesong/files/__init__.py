"""The only door to the disk: kinds of files, sources, and files written whole or not at all."""
