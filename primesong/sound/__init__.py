"""Melody to something one hears: the sampled harmonium, FluidSynth, audio files."""
