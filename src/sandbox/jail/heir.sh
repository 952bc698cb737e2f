#!/bin/sh
# Waits until whoever started it is gone, however that went, then kills every process that began with this entry in
# its environment, until a look finds none.
# usage: heir.sh NAME=value
while read -r _; do :; done
tries=0
while [ $tries -lt 100 ]; do
  left=$(grep -lsaF -- "$1" /proc/[0-9]*/environ) # its exit status tells of processes that went while it looked, too
  [ -n "$left" ] || break
  for each in $left; do
    pid=${each#/proc/}
    kill -KILL "${pid%/environ}" 2>/dev/null
  done
  tries=$((tries + 1))
  sleep 0.02
done
exit 0
