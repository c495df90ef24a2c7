"""A song as one HTML page that plays it."""
