"""Recordings of people: notes without a steady beat."""
