"""`rung demo grocery`: a year of grocery baskets, replayed through the HTTP API of a running service."""
