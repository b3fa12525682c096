"""Loops without HTTP: the sweeper and the referral follower."""
