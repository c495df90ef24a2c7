"""What a person asks for: one function for each verb, called by the command line, the studio and Python."""
