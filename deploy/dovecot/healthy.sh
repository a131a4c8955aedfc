#!/bin/bash
# Health check: the master answers, and neither login service is held back after a failed start. A connection to a port
# would leave a line in the log each time.
status=$(doveadm -f flow service status imap-login pop3-login) || exit 1
while read -r service; do
    [[ $service == *' throttle_secs=0 '* ]] || exit 1
done <<<"$status"
