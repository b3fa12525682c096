"""The audit: what must always be true, checked on the running database without stopping anybody."""
