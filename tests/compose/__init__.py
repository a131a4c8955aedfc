"""A package, so that its containers end with its last test."""
