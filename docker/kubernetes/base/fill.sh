#!/bin/sh
# Writes a server's file of users with the passwords from the environment, then becomes the server.
# sh fill.sh TEMPLATE OUTPUT OWNER COMMAND...: every ${NAME} of TEMPLATE is replaced; only OWNER can read OUTPUT.
set -eu
template=$1 output=$2 owner=$3
shift 3

umask 077
script=''
for name in $(grep -o '\${[A-Z_]*}' "$template" | tr -d '${}' | sort -u); do
  value=$(printenv "$name") || { echo "$name is not set; it must be a password" >&2; exit 78; }
  # The passwords are parts of URLs, of JSON and of lines, so nothing in them may need quoting.
  case $value in
    '' | *[!A-Za-z0-9_-]*) echo "$name must be made of letters, digits, - and _" >&2; exit 78 ;;
  esac
  script="$script s/\${$name}/$value/g;"
done
sed -e "$script" "$template" >"$output"
chown "$owner" "$output"
exec "$@"
