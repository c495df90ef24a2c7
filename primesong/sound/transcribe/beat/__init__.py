"""Recordings of machines: notes on a steady beat."""
