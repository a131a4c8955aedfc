#!/bin/bash
# Health check: Dovecot greets who comes to its IMAP port.
exec 3<>/dev/tcp/127.0.0.1/31143 || exit 1
read -r -t 4 line <&3
[[ $line == '* OK'* ]]
