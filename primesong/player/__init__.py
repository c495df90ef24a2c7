"""The web page that plays a song: its document, its front end, and the file that holds both."""
