# shellcheck shell=bash disable=SC2034,SC2154
# Small helpers of the test stack, sourced by up, down and status.

say() { printf '%s\n' "$*" >&2; }

fail() {
  say "${program:-Tests/stack/${0##*/}}: $*"
  exit 1
}

# step NAME COMMAND...: runs it and says how many seconds it took.
step() {
  local name="$1" from="$EPOCHREALTIME" spent
  shift
  "$@"
  spent=$((${EPOCHREALTIME/./} - ${from/./}))
  printf '  %-18s %3d.%02d s\n' "$name" $((spent / 1000000)) $((spent % 1000000 / 10000)) >&2
}

# wait_for SECONDS WHAT COMMAND...: repeats the command until it succeeds.
wait_for() {
  local limit="$1" what="$2" end
  shift 2
  end=$((SECONDS + limit))
  until "$@" >/dev/null 2>&1; do
    [ "$SECONDS" -lt "$end" ] || fail "$what did not come up in $limit s; its log is in $STACK_LOG"
    sleep 0.1
  done
}

# as_root COMMAND...: with sudo where that is needed; never waits for a password without a terminal.
as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif [ -t 0 ]; then
    sudo "$@"
  else
    sudo -n "$@"
  fi
}

# home_up: makes the stack's folders. They may lie where all may write: never use what somebody else made.
home_up() {
  mkdir -p "$STACK_HOME"
  [ -O "$STACK_HOME" ] || fail "$STACK_HOME belongs to another user; set STACK_HOME"
  mkdir -p "$STACK_RUN" "$STACK_LOG" "$STACK_DATA" "$STACK_CONF"
}

SERVICES=(postgres redis mongod mongod-standalone zou-api zou-events nginx)

# word_of SERVICE: what its command line must hold, so that a reused pid is never taken for it.
word_of() {
  case "$1" in
    postgres) echo "$STACK_DATA/postgres" ;;
    redis) echo "redis-server $STACK_BIND:${PORT_REDIS:-unknown}" ;;
    mongod) echo "--dbpath $STACK_DATA/mongod " ;;
    mongod-standalone) echo "--dbpath $STACK_DATA/mongod-standalone " ;;
    zou-api | zou-events) echo "--pid $STACK_RUN/$1.pid " ;;
    nginx) echo "-c $STACK_CONF/nginx.conf" ;;
    *) fail "there is no service called $1 (${SERVICES[*]})" ;;
  esac
}

# pid_of SERVICE: prints its pid when it runs; fails when it does not.
pid_of() {
  local pid word file="$STACK_RUN/$1.pid"
  [ "$1" != postgres ] || file="$STACK_DATA/postgres/postmaster.pid"
  word="$(word_of "$1")"
  pid="$(head -n1 "$file" 2>/dev/null | tr -d '[:space:]')" || return 1
  [ -n "$pid" ] && [ -r "/proc/$pid/cmdline" ] || return 1
  tr '\0' ' ' <"/proc/$pid/cmdline" 2>/dev/null | grep -qF -- "$word" || return 1
  echo "$pid"
}

alive() { pid_of "$1" >/dev/null; }

# load_ports: the ports chosen at the first `up`, as PORT_* variables.
load_ports() {
  # shellcheck disable=SC1091
  [ ! -s "$STACK_HOME/ports" ] || . "$STACK_HOME/ports"
}
