"""What an SMTP client is told, stage by stage. `stages` is the list."""
