"""Weights learned from pages; README.md says from which, and by which command."""
