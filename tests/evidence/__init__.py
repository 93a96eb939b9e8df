"""Tests of evidence and legal holds."""
