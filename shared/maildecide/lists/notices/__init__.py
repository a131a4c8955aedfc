"""The messages that a mailing list itself writes: their words, and each as a mail. Pure."""
