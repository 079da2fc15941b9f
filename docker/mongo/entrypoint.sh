#!/bin/bash
# A replica set with users wants a key that its members show each other. This one has a single member, so the key
# needs no keeping: it is made anew at every start. With more members they must share one.
set -euo pipefail
key=/run/orderflow/replica.key
rm -f "$key"
(umask 077 && head -c 756 /dev/urandom | base64 -w 0 >"$key")
chown mongodb "$key"
exec docker-entrypoint.sh mongod --replSet orderflow --keyFile "$key" --bind_ip_all
