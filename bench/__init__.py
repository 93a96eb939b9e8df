"""Measurements of the whole server against a bare one. ``python -m bench --help``; see ``docs/benchmarks.md``."""
