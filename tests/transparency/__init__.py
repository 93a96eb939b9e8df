"""Tests of what moderation accounts for."""
