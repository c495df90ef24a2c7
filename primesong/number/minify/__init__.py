"""Readable Python source to source with the same meaning whose compressed form is short."""
