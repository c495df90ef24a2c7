"""Score to paper and to screens: pages bound with a title page, and rows of one avartan each."""
