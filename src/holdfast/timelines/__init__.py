"""The room timelines."""
