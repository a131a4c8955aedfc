"""What developers run: nothing here is part of a service."""
