# shellcheck shell=bash disable=SC2034,SC2154
# Settings of the test stack, sourced by up, down and status. Each can be set in the environment.
: "${STACK_ZOU:=1.0.97}"       # version of Zou, Kitsu's API server (PyPI)
: "${STACK_API_WORKERS:=3}"    # what Zou's install guide sets
: "${STACK_MONGO_CACHE_GB:=1}" # WiredTiger cache of each mongod
: "${STACK_ADMIN_EMAIL:=admin@example.com}"
: "${STACK_ADMIN_PASSWORD:=stack-admin-password}"

# stack_settings ARGUMENTS...: takes --zou VERSION out of the arguments, leaves the others in
# STACK_ARGS, and works out every folder. Each version of Zou has its own data: its database
# cannot be taken back to an older one.
stack_settings() {
  STACK_ARGS=()
  while [ $# -gt 0 ]; do
    case "$1" in
      --zou)
        [ $# -ge 2 ] || fail "--zou needs a version, such as --zou 1.0.97"
        STACK_ZOU="$2"
        shift
        ;;
      --zou=*) STACK_ZOU="${1#--zou=}" ;;
      *) STACK_ARGS+=("$1") ;;
    esac
    shift
  done
  case "$STACK_ZOU" in
    '' | *[!0-9.]*) fail "'$STACK_ZOU' is no version of Zou; write for example 1.0.97" ;;
  esac
  local suffix=""
  [ "$STACK_ZOU" = 1.0.97 ] || suffix="-zou$STACK_ZOU"
  local temporary="${TMPDIR:-/tmp}"
  STACK_HOME="${STACK_HOME:-${temporary%/}/avalon-sync-stack-$(id -u)$suffix}"
  case "$STACK_HOME" in
    /*) ;;
    *) STACK_HOME="$PWD/$STACK_HOME" ;;
  esac
  STACK_RUN="$STACK_HOME/run"
  STACK_LOG="$STACK_HOME/log"
  STACK_DATA="$STACK_HOME/data"
  STACK_CONF="$STACK_HOME/conf"
  STACK_CACHE="${XDG_CACHE_HOME:-$HOME/.cache}/avalon-sync"
  STACK_BIND=127.0.0.1
  # PostgreSQL's socket is the longest: 107 bytes are all that Linux takes.
  [ "${#STACK_HOME}" -le 80 ] || fail "STACK_HOME is too long for unix sockets (${#STACK_HOME}" \
    "characters, 80 at most): $STACK_HOME"
}
