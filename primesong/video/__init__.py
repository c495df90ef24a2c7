"""Song to video: the score with the sounding note lit, keys, tala, digits, bytes and the program, with the sound."""
