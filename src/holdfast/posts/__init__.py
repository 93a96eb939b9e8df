"""Posts: statuses, their text, pictures, polls and conversations."""
