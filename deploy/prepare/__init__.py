"""What has to be there before the first container of a service starts: passwords, a certificate, directories.

Runs at every `docker compose up`, as root without a network, and changes nothing that is there already.
"""
