# shellcheck shell=bash disable=SC2034,SC2154
# Debian packages: what the stack needs and this machine lacks.

# install_packages NAME...: apt-get install, after apt-get update where the lists are missing or old.
install_packages() {
  [ $# -gt 0 ] || return 0
  command -v apt-get >/dev/null || fail "this needs: $*. Only Debian's apt is known here; install them by hand"
  local log="$STACK_LOG/apt.log" code=0
  say "installing $* with apt"
  apt_get_install "$@" >"$log" 2>&1 || code=$?
  if [ "$code" -ne 0 ]; then
    as_root apt-get update >>"$log" 2>&1 || fail "apt-get update failed: $(tail -n3 "$log"); see $log"
    apt_get_install "$@" >>"$log" 2>&1 || fail "apt-get install $* failed: $(tail -n3 "$log"); see $log"
  fi
}

# Debian starts a service when it installs it. A policy file keeps it from that: the stack starts its own.
apt_get_install() {
  local policy=/usr/sbin/policy-rc.d made="" code=0
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null
    as_root chmod 755 "$policy"
    made=1
  fi
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends "$@" </dev/null || code=$?
  [ -z "$made" ] || as_root rm -f "$policy"
  return "$code"
}

# has NAME: is this program there, in PATH or where Debian puts servers?
has() { command -v "$1" >/dev/null || [ -x "/usr/sbin/$1" ]; }

postgres_bin() {
  local found=""
  found="$(find /usr/lib/postgresql -mindepth 3 -maxdepth 3 -name initdb 2>/dev/null | sort -V | tail -n1)"
  [ -n "$found" ] && dirname "$found"
}

# usable_python LOWEST HIGHEST: a Python 3 with venv, of a minor version within the bounds.
usable_python() {
  local python
  for python in "${STACK_PYTHON:-}" /usr/bin/python3 python3 \
    python3.11 python3.10 python3.12 python3.13 python3.9; do
    [ -n "$python" ] || continue
    "$python" - "$1" "$2" >/dev/null 2>&1 <<'PY' || continue
import ensurepip, sys, venv
low, high = int(sys.argv[1]), int(sys.argv[2])
sys.exit(not (sys.version_info[0] == 3 and low <= sys.version_info[1] <= high))
PY
    command -v "$python"
    return 0
  done
  return 1
}

# Prints the packages of everything that is missing.
missing_packages() {
  postgres_bin >/dev/null || echo postgresql
  has redis-server || echo redis-server
  has redis-cli || echo redis-tools
  has promtool || echo prometheus
  has nginx || echo nginx-light
  has curl || echo curl
  # Checks the units of examples/systemd.
  has systemd-analyze || echo systemd
  usable_python 9 11 >/dev/null || echo python3 python3-venv
}

# Prints the packages that building avalon-sync needs and this machine lacks.
missing_build_packages() {
  has git || echo git
  has pkg-config || echo pkg-config
  pkg-config --exists libcurl 2>/dev/null || echo libcurl4-openssl-dev
  pkg-config --exists libmongoc-1.0 2>/dev/null || echo libmongoc-dev
  pkg-config --exists yaml-0.1 2>/dev/null || echo libyaml-dev
}

build_packages_up() {
  local missing
  has swift || fail "there is no swift in PATH; install Swift 6.3 (swift.org/install)"
  missing="$(missing_build_packages)"
  # shellcheck disable=SC2086
  install_packages $missing
}

packages_up() {
  local missing
  missing="$(missing_packages)"
  # shellcheck disable=SC2086
  install_packages $missing
}
