#!/bin/sh
# Waits until whoever started it is gone, however that went, then kills every process that began with this entry in
# its environment, until a second of looks has found none: a child that was just forked has the entry only once it has
# begun to be another program, and on a busy machine that takes its time.
# usage: heir.sh NAME=value
while read -r _; do :; done
tries=0
none=0
while [ $tries -lt 300 ] && [ $none -lt 25 ]; do
  left=$(grep -lsaF -- "$1" /proc/[0-9]*/environ) # its exit status tells of processes that went while it looked, too
  none=$((none + 1))
  for each in $left; do
    none=0
    pid=${each#/proc/}
    kill -KILL "${pid%/environ}" 2>/dev/null
  done
  tries=$((tries + 1))
  sleep 0.04
done
exit 0
