"""Melody to something one reads, and back: MIDI, MusicXML, sargam text; and pictures of it."""
