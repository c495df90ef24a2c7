"""Bhatkhande's notation: a page, and what stands above one."""
