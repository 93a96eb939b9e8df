"""The room moderation."""
