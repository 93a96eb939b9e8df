"""Tests of the desk for requests by authorities and of the handover."""
