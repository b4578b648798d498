"""Rounds of measuring: the server and the load on cores of their own, the floor in between."""
