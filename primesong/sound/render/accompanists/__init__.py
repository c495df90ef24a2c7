"""Those who play along with a melody."""
