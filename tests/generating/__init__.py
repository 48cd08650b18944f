"""Sequences made token by token."""
