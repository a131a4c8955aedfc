"""Addons: which are for a message, what they are told of it, and what their answers mean. Pure; running is others'."""
