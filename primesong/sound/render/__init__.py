"""Melody to sound."""
