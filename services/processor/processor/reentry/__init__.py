"""Mail that accounts forward to each other through our own SMTP port (row 22): jobs of the kind `self`."""
