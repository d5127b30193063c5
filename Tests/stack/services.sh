# shellcheck shell=bash disable=SC2034,SC2154
# PostgreSQL, Redis and the two mongods, each started only when it is down.

# Ports are chosen once and kept, so that addresses survive a restart. They lie below the range that
# outgoing connections take. With nothing running, a port that someone else took since means new ones.
ports_up() {
  local service running=""
  load_ports
  for service in "${SERVICES[@]}"; do
    if alive "$service"; then running=1; fi
  done
  if [ -s "$STACK_HOME/ports" ]; then
    [ -z "$running" ] || return 0
    # shellcheck disable=SC2086
    ! ports_free $PORTS_ALL || return 0
    say "a port of the last run is taken by now; choosing others"
  fi
  choose_ports >"$STACK_HOME/ports.new"
  mv "$STACK_HOME/ports.new" "$STACK_HOME/ports"
  load_ports
}

ports_free() {
  "$stack_python" - "$STACK_BIND" "$@" <<'PY'
import socket, sys
for port in sys.argv[2:]:
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((sys.argv[1], int(port)))
        except OSError:
            sys.exit(1)
PY
}

choose_ports() {
  "$stack_python" - "$STACK_BIND" <<'PY'
import random, socket, sys
names = ["PG", "REDIS", "MONGO", "MONGO_STANDALONE", "API", "EVENTS", "FRONT"]
free = []
for port in random.sample(range(20000, 32000), 2000):
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((sys.argv[1], port))
        except OSError:
            continue
    free.append(port)
    if len(free) == len(names):
        break
else:
    sys.exit("no free ports between 20000 and 32000")
for name, port in zip(names, free):
    print(f"PORT_{name}={port}")
print(f"PORTS_ALL='{' '.join(map(str, free))}'")
PY
}

# PostgreSQL refuses to run as root; Debian's package makes the user postgres for it.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd / && runuser -u postgres -- "$@"); else "$@"; fi
}

postgres_up() {
  local bin dir="$STACK_DATA/postgres" socket="$STACK_RUN/pg" log="$STACK_LOG/postgres.log"
  bin="$(postgres_bin)" || fail "there are no PostgreSQL server programs"
  mkdir -p "$dir" "$socket"
  chmod 700 "$dir"
  touch "$log"
  [ "$(id -u)" != 0 ] || chown postgres "$dir" "$socket" "$log"
  as_postgres test -w "$socket" || fail "the user postgres may not enter $STACK_HOME: set STACK_HOME or TMPDIR to a folder that all may enter"
  if [ ! -s "$dir/PG_VERSION" ]; then
    as_postgres "$bin/initdb" -D "$dir" -E UTF8 --locale=C.UTF-8 --no-sync --auth-local=peer \
      --auth-host=scram-sha-256 >"$STACK_LOG/initdb.log" 2>&1 || fail "initdb failed; see $STACK_LOG/initdb.log"
  fi
  if ! alive postgres; then
    # The data is thrown away after the tests: no need to wait for the disk.
    as_postgres "$bin/pg_ctl" -D "$dir" -l "$log" -w -t 60 -o "-p $PORT_PG -c listen_addresses=$STACK_BIND \
      -c unix_socket_directories=$socket -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
      start >/dev/null </dev/null || fail "PostgreSQL did not start: $(tail -n3 "$log"); see $log"
  fi
  postgres_database "$bin" "$socket"
}

postgres_database() {
  local psql=("$1/psql" -q -v ON_ERROR_STOP=1 -h "$2" -p "$PORT_PG" -d postgres -tA)
  [ "$(as_postgres "${psql[@]}" -c "select 1 from pg_roles where rolname='zou'")" = 1 ] ||
    as_postgres "${psql[@]}" -c "create role zou login password '$DB_PASSWORD'"
  [ "$(as_postgres "${psql[@]}" -c "select 1 from pg_database where datname='zoudb'")" = 1 ] ||
    as_postgres "${psql[@]}" -c "create database zoudb owner zou encoding 'UTF8'"
}

redis_up() {
  ! alive redis || return 0
  mkdir -p "$STACK_DATA/redis"
  redis-server --bind "$STACK_BIND" --port "$PORT_REDIS" --dir "$STACK_DATA/redis" --daemonize yes \
    --pidfile "$STACK_RUN/redis.pid" --logfile "$STACK_LOG/redis.log" --save '' --appendonly no \
    >"$STACK_LOG/redis-start.log" 2>&1 </dev/null || fail "Redis did not start; see $STACK_LOG/redis-start.log"
  wait_for 20 Redis redis-cli -h "$STACK_BIND" -p "$PORT_REDIS" ping
}

# mongod_up SERVICE PORT [OPTION...]
mongod_up() {
  local service="$1" port="$2" mongod
  shift 2
  ! alive "$service" || return 0
  mongod="$("$STACK_VENV/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"] + "/fiftyone/db/bin/mongod")')"
  [ -x "$mongod" ] || chmod +x "$mongod" || fail "the wheel holds no mongod at $mongod"
  mkdir -p "$STACK_DATA/$service"
  "$mongod" --dbpath "$STACK_DATA/$service" --bind_ip "$STACK_BIND" --port "$port" --fork --nounixsocket \
    --pidfilepath "$STACK_RUN/$service.pid" --logpath "$STACK_LOG/$service.log" --logappend \
    --wiredTigerCacheSizeGB "$STACK_MONGO_CACHE_GB" --setParameter diagnosticDataCollectionEnabled=false \
    "$@" >"$STACK_LOG/$service-start.log" 2>&1 </dev/null ||
    fail "$service did not start: $(tail -n3 "$STACK_LOG/$service-start.log"); see $STACK_LOG/$service.log"
}

# Waits until both take writes. The set's only member is told its new port, should that have changed.
mongo_ready() {
  "$STACK_VENV/bin/python" - "$STACK_BIND" "$PORT_MONGO" "$PORT_MONGO_STANDALONE" <<'PY'
import sys, time
import pymongo
from pymongo.errors import OperationFailure

host, ports = sys.argv[1], [int(p) for p in sys.argv[2:]]
address = f"{host}:{ports[0]}"
clients = [pymongo.MongoClient(host, p, directConnection=True, serverSelectionTimeoutMS=20000) for p in ports]
admin = clients[0].admin
try:
    config = admin.command("replSetGetConfig")["config"]
    if config["members"][0]["host"] != address:
        config["members"][0]["host"] = address
        config["version"] += 1
        admin.command("replSetReconfig", config, force=True)
except OperationFailure as error:
    if error.code != 94:  # NotYetInitialized
        raise
    admin.command("replSetInitiate", {"_id": "avalon", "members": [{"_id": 0, "host": address}]})
for _ in range(300):
    if all(c.admin.command("hello").get("isWritablePrimary") for c in clients):
        break
    time.sleep(0.1)
else:
    sys.exit("mongod takes no writes after 30 s")
PY
}

mongo_up() {
  mongod_up mongod "$PORT_MONGO" --replSet avalon --oplogSize 512 --setParameter enableTestCommands=1
  mongod_up mongod-standalone "$PORT_MONGO_STANDALONE" --setParameter enableTestCommands=1
  mongo_ready
}
