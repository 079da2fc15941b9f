#!/usr/bin/env bash
# Tries the whole system in containers, from building the image to stopping it: an order from placed to delivered, every
# payment process killed under load, the books compared, a stop that leaves nobody with a status other than 0.
# It has a project, secrets, volumes and ports of its own, takes some minutes and ends with status 0 or 1.
#
#   docker/rehearse.sh
#
# From the environment:
#   COMPOSE    how Compose is called; "docker compose" unless told otherwise
#   FILES      more arguments for it, e.g. "-f other.yaml" for a service that is not to be had here
#   REACH      goes before commands that call published ports, e.g. "ip netns exec NAME" where these are elsewhere
#   KEEP       not empty: what was started is stopped and left at the end
#   and what docker/.env.example names: images, ports, OPEN_FILES
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

COMPOSE=${COMPOSE:-docker compose}
PROJECT=orderflow-rehearsal
ORDERS=${ORDERS:-60}
HOME_DIR=.data/rehearsal
ENV_FILE=$HOME_DIR/env
GATEWAY_PORT=${GATEWAY_PORT:-24000}
API=http://127.0.0.1:$GATEWAY_PORT
PROCESSES=(gateway order-process inventory payment delivery notification auditor)

# COMPOSE, FILES and REACH are several words each.
# shellcheck disable=SC2086
compose() { $COMPOSE -p "$PROJECT" --env-file "$ENV_FILE" -f docker/compose.yaml ${FILES:-} "$@"; }
# shellcheck disable=SC2086
reach() { ${REACH:-} "$@"; }

STEP=
step() { STEP=$1; printf '\n== %s (%s s)\n' "$STEP" "$SECONDS"; }
fail() { printf '%s\n' "$1" >&2; exit 1; }
finish() {
  local status=$?
  kill "${LOAD:-}" 2>/dev/null || true
  [ "$status" != 0 ] || return 0
  printf '\nFAILED after %s s: %s\n' "$SECONDS" "$STEP" >&2
  compose ps -a >&2 || true
  printf 'What was started is left to be looked at, with its secrets in %s. To remove it:\n  %s\n' "$ENV_FILE" \
    "$COMPOSE -p $PROJECT down --volumes" >&2
}
trap finish EXIT

# Every secret of .env.example is made anew; what the environment has goes before what stands there.
settings() {
  local name value
  while IFS='=' read -r name value; do
    case $value in development-only*) value=$(od -An -N 24 -tx1 /dev/urandom | tr -d ' \n') ;; esac
    printf '%s=%s\n' "$name" "${!name:-$value}"
  done < <(grep -E '^[A-Z_]+=' docker/.env.example)
}
setting() { sed -n "s/^$1=//p" "$ENV_FILE"; }

audit() {
  local output tries=0
  until output=$(reach ./run audit --url "$API"); do
    tries=$((tries + 1))
    [ "$tries" -lt 10 ] || { printf '%s\n' "$output"; fail 'The books did not become green.'; }
    sleep 5
  done
  printf '%s\n' "$output" | tail -n 1
}

# Lines of container, state and exit status, of all containers or of one service's.
states() {
  compose ps -a --format json "$@" | node -e '
    const text = require("node:fs").readFileSync(0, "utf8").trim();
    const all = text.startsWith("[") ? JSON.parse(text) : text.split("\n").filter(Boolean).map((line) => JSON.parse(line));
    for (const { Name, State, ExitCode } of all) console.log(Name, State, ExitCode);'
}

stop_cleanly() {
  compose stop
  states
  [ -z "$(states | grep -v ' exited 0$')" ] || fail "Ended with a status other than 0: $(states | grep -v ' exited 0$')"
}

step 'Preparing'
./run help >/dev/null
export PATH=$PWD/node_modules/.bin:$PATH
mkdir -p "$HOME_DIR"
export CANCEL_WINDOW_SECONDS=5 TRUST_PROXY=1 GATEWAY_PORT RABBITMQ_CONSOLE_PORT=${RABBITMQ_CONSOLE_PORT:-24001} \
  MAILBOX_PORT=${MAILBOX_PORT:-24002} STRIPE_PORT=${STRIPE_PORT:-24003} TWILIO_PORT=${TWILIO_PORT:-24004} \
  CARRIER_PORT=${CARRIER_PORT:-24005} WEB_PORT=${WEB_PORT:-24006}
export SHOP_URL=http://127.0.0.1:$WEB_PORT
[ ! -e "$ENV_FILE" ] || compose down --volumes --remove-orphans
(umask 077 && settings >"$ENV_FILE")
TOKEN_SECRET=$(setting TOKEN_SECRET) ./run token --staff >"$HOME_DIR/token"
ORDERFLOW_TOKEN=$(cat "$HOME_DIR/token")
rm "$HOME_DIR/token"
export ORDERFLOW_TOKEN

step 'Building the image and starting everything, payment three times'
compose up --build -d --wait --scale payment=3
states

step 'The shop shows what the gateway sells'
reach node -e '
  const page = await (await fetch(process.argv[1])).text();
  if (!page.includes("/p/MUG-ENAMEL-RED")) throw new Error(`No product on ${process.argv[1]}: ${page.slice(0, 500)}`);
  console.log(`${process.argv[1]} shows ${new Set(page.match(/\/p\/[A-Z0-9-]+/g)).size} products`);' "$SHOP_URL"

step 'Looking into the image'
compose exec -T auditor node -e '
  const { existsSync, readdirSync } = require("node:fs");
  const packages = readdirSync("node_modules/.pnpm");
  // `pnpm fetch` knows patches only where they were copied before it.
  const unpatched = readdirSync("patches").filter((file) => {
    const start = `${file.replace(/\.patch$/, "")}_patch_hash=`;
    return !packages.some((name) => name.startsWith(start));
  });
  const rooms = packages.filter((name) => /^(@?typescript|node-linux|@biomejs|@swc.core|dependency-cruiser|vitest|knip|turbo)/.test(name));
  const missing = ["docs/asyncapi.json", "docker/kubernetes/secrets.env.example"].filter((file) => !existsSync(file));
  if (rooms.length + missing.length + unpatched.length > 0) {
    console.error("Wrong in the image:", { tools: rooms, missing, unpatched });
    process.exit(1);
  }
  console.log("What is read and patched is there, tools are not");'

step 'An order from placed to delivered'
reach node docker/rehearse.ts place "$API" 1 >"$HOME_DIR/first"
reach node docker/rehearse.ts settle "$API" <"$HOME_DIR/first"
audit

step 'A forged payment, said by each of the broker’s users'
GIVEN=$(sed -n 's/^\([A-Z_]*\)_PASSWORD=\(.*\)$/\1 \2/p' "$ENV_FILE" | node -e '
  const lines = require("node:fs").readFileSync(0, "utf8").trim().split("\n").map((line) => line.split(" "));
  const passwords = Object.fromEntries(lines.map(([user, password]) => [user.toLowerCase().replaceAll("_", "-"), password]));
  console.log(JSON.stringify({ passwords, orderId: JSON.parse(process.argv[1]).orderId }));' "$(head -n 1 "$HOME_DIR/first")")
TAKEN=$({ printf 'globalThis.given = %s;\n' "$GIVEN"; cat docker/forge.mjs; } | compose exec -T gateway node --input-type=module)
[ "$TAKEN" -ge 1 ] || fail 'The broker took nothing, not even the administrator’s: nothing was tried.'
tries=0
until reach ./run dead-letters --url "$API" --worker order-process --error 'is the word of payment' | grep -qx "$TAKEN dead-lettered."; do
  tries=$((tries + 1))
  [ "$tries" -lt 30 ] || fail "Of $TAKEN forged facts that the broker took, not all were dead-lettered."
  sleep 1
done
printf 'All %s forged facts that the broker took were dead-lettered\n' "$TAKEN"
reach ./run dead-letters discard --url "$API" --worker order-process --error 'is the word of payment' --yes --reason forged | tail -n 1
audit

step "Killing every payment process while $ORDERS orders are placed"
reach node docker/rehearse.ts place "$API" "$ORDERS" >"$HOME_DIR/placed" &
LOAD=$!
until [ "$(wc -l <"$HOME_DIR/placed")" -ge $((ORDERS / 4)) ]; do
  kill -0 "$LOAD" 2>/dev/null || fail 'The orders could not be placed.'
  sleep 0.2
done
compose kill payment
states payment
[ -z "$(states payment | grep -v ' exited ')" ] || fail 'A payment process is still there.'
wait "$LOAD" || fail 'The orders could not be placed.'
LOAD=
printf '%s orders placed, %s of them before the kill or while it happened\n' "$(wc -l <"$HOME_DIR/placed")" "$((ORDERS / 4))"

step 'Starting payment again; every order must come to its right end'
compose up -d --wait --scale payment=3
reach node docker/rehearse.ts settle "$API" <"$HOME_DIR/placed"
audit
reach ./run dead-letters --url "$API"

step 'A backup, one more order, and the shop as it was before'
operate() { compose run --rm -T backup node stack/src/main.ts "$@"; }
operate backup /data/rehearsal
reach node docker/rehearse.ts place "$API" 1 >"$HOME_DIR/later"
compose stop "${PROCESSES[@]}"
operate restore /data/rehearsal --force
compose restart redis
compose up -d --wait --scale payment=3
reach node docker/rehearse.ts settle "$API" <"$HOME_DIR/placed"
LATER=$(node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8").split("\n")[0]).orderId' <"$HOME_DIR/later")
if reach ./run order "$LATER" --url "$API" >/dev/null; then fail "Order $LATER was placed after the backup, and is there."; fi
reach ./run order "$(head -n 1 "$HOME_DIR/placed" | node -p 'JSON.parse(require("node:fs").readFileSync(0, "utf8")).orderId')" --url "$API" | head -n 3

step 'Stopping'
stop_cleanly

step 'Starting processes without store and broker, and stopping them while they wait'
SINCE=$(date -u +%Y-%m-%dT%H:%M:%SZ)
compose up -d --no-deps --scale payment=3 "${PROCESSES[@]}"
for process in "${PROCESSES[@]}"; do
  until [ -n "$(compose logs --no-log-prefix --since "$SINCE" "$process")" ]; do sleep 0.5; done
done
stop_cleanly

[ -n "${KEEP:-}" ] || { step 'Removing containers, volumes and secrets'; compose down --volumes; rm -r "$HOME_DIR"; }
printf '\nAll as it should be, in %s s.\n' "$SECONDS"
