#!/bin/bash
# Health check: the AMQP port, which is opened last, is open, and the node answers a request. rabbitmq-diagnostics
# would start an Erlang machine each time, and take a second of CPU.
exec 3<>/dev/tcp/127.0.0.1/5672 4<>/dev/tcp/127.0.0.1/15692 || exit 1
printf 'GET / HTTP/1.0\r\n\r\n' >&4
read -r -t 4 line <&4
[[ $line == HTTP/* ]]
