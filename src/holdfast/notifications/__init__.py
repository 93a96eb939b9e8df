"""The room notifications."""
