"""How plausible the text of a damaged gzip member is."""
