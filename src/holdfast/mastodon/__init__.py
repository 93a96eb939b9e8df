"""The client API door: Mastodon's v1 and v2 methods, one module per resource.

Modules here translate a request into calls of the rooms below and their results into entities;
they decide nothing of their own.
"""
