"""Certificates of primality: made, written, read and checked."""
