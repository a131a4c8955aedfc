"""What goes out of a post: small handlers in a listed order (`order`), each of which changes one thing."""
