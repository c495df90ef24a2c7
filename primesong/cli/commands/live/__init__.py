"""Commands that stay with a song while it sounds, until it ends or you leave."""
