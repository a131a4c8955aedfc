"""Delivery jobs: claimed under a lease, worked on by kind, finished or tried again later."""
