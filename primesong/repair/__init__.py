"""Damaged notes to the number they were."""
