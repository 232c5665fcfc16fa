#!/bin/sh
# Restarts several ZEUES processes on one Redis, one after the other: each is left by the proxy and
# by its streams before it stops, and the next one waits until it is ready again.
#
#   rolling.sh 'systemctl restart' zeues@3001=127.0.0.1:3001 zeues@3002=127.0.0.1:3002 …
#
# The first argument restarts what is named after it; each further one is NAME=ADDRESS of a process.
set -eu
restart=$1
shift

# Each process gets as long to become ready. Then the next one waits until the proxy believes it, and
# until all streams that were sent away (within 4 s) are back.
ready_s=60
settle_s=5

for one in "$@"; do
  name=${one%%=*}
  address=${one#*=}
  echo "rolling: $name" >&2
  # shellcheck disable=SC2086 # a command with its arguments
  $restart "$name"
  waited=0
  until curl -fs -o /dev/null --max-time 2 "http://$address/readyz"; do
    waited=$((waited + 1))
    if [ $waited -ge $ready_s ]; then
      echo "rolling: $name is not ready after $ready_s s; the others were left alone" >&2
      exit 1
    fi
    sleep 1
  done
  sleep $settle_s
done
