"""What comes back to a mailing list: what it says, and what follows for the member whose copy it was. Pure."""
