"""Rulebooks in plain sentences, in every language of Rung: what one says, and what another version changes."""
