"""Holdfast: a social network server that no single vendor can switch off, and that moderates in time."""

__version__ = "0.1.0"
