#!/bin/sh
# Makes the cluster when there is none, then becomes the server. Runs inside bubblewrap, with the lock of the
# home held by the caller, so nobody else is here at the same time.
# usage: start-postgres.sh <bin folder> <folder of this home's server> <socket folder> [server arguments]
set -eu
bin=$1 place=$2 sockets=$3
shift 3
cd "$place"
if [ ! -f data/PG_VERSION ]; then
  # A cluster appears under its name only when it is whole and on disk.
  rm -rf data.part data
  "$bin/initdb" --pgdata=data.part --username=taoception --pwfile=password --auth=scram-sha-256 \
    --no-locale --encoding=UTF8 --wal-segsize=4 --set=max_wal_size=64MB --set=min_wal_size=16MB \
    --set=shared_buffers=16MB --set=max_connections=30 --no-instructions
  mv data.part data
  sync -f data 2>/dev/null || sync
fi
rm -f data/postmaster.pid "$sockets"/.s.PGSQL.*
exec "$bin/postgres" -D data -k "$sockets" "$@"
