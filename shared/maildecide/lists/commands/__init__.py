"""Commands that people send to a mailing list by mail: read, judged, and answered line by line. Pure."""
