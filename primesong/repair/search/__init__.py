"""Searches for the right number among those that differ little from the digits that were heard."""
