"""Backtests: the programme's real history decided again under a draft."""
