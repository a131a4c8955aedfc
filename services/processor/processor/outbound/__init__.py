"""Delivery jobs: claimed, worked on under a lease, finished."""
