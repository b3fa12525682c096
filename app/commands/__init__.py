"""Writes: the lanes that batch commands, and loading and recording around decide."""
