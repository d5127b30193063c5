# shellcheck shell=bash disable=SC2034,SC2154
# Zou: its settings, schema, first data, API, event stream, and the nginx front of Kitsu's install guide.

# Sets and exports what Zou reads. The secrets are made once for each STACK_HOME.
zou_settings() {
  local file="$STACK_HOME/secret" secret
  [ -s "$file" ] || (umask 077 && head -c 32 /dev/urandom | od -An -tx1 | tr -d ' \n' >"$file")
  secret="$(cat "$file")"
  export DB_HOST="$STACK_BIND" DB_PORT="$PORT_PG" DB_USERNAME=zou DB_DATABASE=zoudb
  export DB_PASSWORD="pg-${secret:0:24}" SECRET_KEY="$secret"
  export KV_HOST="$STACK_BIND" KV_PORT="$PORT_REDIS"
  export EVENT_STREAM_HOST="$STACK_BIND" EVENT_STREAM_PORT="$PORT_EVENTS"
  export PREVIEW_FOLDER="$STACK_DATA/previews" TMP_DIR="$STACK_DATA/tmp"
  export MAIL_ENABLED=False MAIL_CHECK_DELIVERABILITY=False USER_LIMIT=2000
  export TELEMETRY_URL="http://$STACK_BIND:9/" IS_SELF_HOSTED=True
  mkdir -p "$PREVIEW_FOLDER" "$TMP_DIR"
}

# zou_once MARKER COMMAND...: a zou command that is run once for this data.
zou_once() {
  local marker="$STACK_DATA/zou-$1" log="$STACK_LOG/zou-$1.log"
  shift
  [ ! -e "$marker" ] || return 0
  # Zou looks for plugins in the working directory: give it one that holds none.
  (cd "$STACK_DATA/tmp" && "$STACK_VENV/bin/zou" "$@") >"$log" 2>&1 </dev/null ||
    fail "zou $1 failed: $(tail -n3 "$log"); see $log"
  echo "$STACK_ZOU" >"$marker"
}

# The data belongs to one version of Zou.
zou_version_kept() {
  local made
  made="$(cat "$STACK_DATA/zou-schema" 2>/dev/null)" || return 0
  [ "$made" = "$STACK_ZOU" ] || fail "the data in $STACK_HOME was made by Zou $made, not $STACK_ZOU:" \
    "run Tests/stack/down --wipe with the same STACK_HOME, or set another STACK_HOME"
}

zou_data_up() {
  zou_once schema init-db
  zou_once data init-data
  zou_once admin create-admin "$STACK_ADMIN_EMAIL" --password "$STACK_ADMIN_PASSWORD"
}

# gunicorn_up SERVICE OPTION...
gunicorn_up() {
  local service="$1" gunicorn="$STACK_VENV/bin/gunicorn" help
  shift
  ! alive "$service" || return 0
  rm -f "$STACK_RUN/$service.pid"
  local options=(--daemon --capture-output --pid "$STACK_RUN/$service.pid" --chdir "$STACK_DATA/tmp"
    --access-logfile "$STACK_LOG/$service-access.log" --error-logfile "$STACK_LOG/$service.log"
    --access-logformat '%(t)s %(m)s %(U)s?%(q)s %(s)s %(B)s %(D)sus')
  # gunicorn 26 opens a control socket in the home folder unless told not to; older ones lack the option.
  help="$("$gunicorn" --help 2>/dev/null)"
  case "$help" in *--no-control-socket*) options+=(--no-control-socket) ;; esac
  "$gunicorn" "${options[@]}" "$@" >"$STACK_LOG/$service-start.log" 2>&1 </dev/null ||
    fail "$service did not start; see $STACK_LOG/$service-start.log"
}

# Both import all of Zou, which takes seconds: start both, then wait.
zou_up() {
  gunicorn_up zou-api --bind "$STACK_BIND:$PORT_API" --workers "$STACK_API_WORKERS" \
    --worker-class gevent --timeout 600 zou.app:app
  gunicorn_up zou-events --bind "$STACK_BIND:$PORT_EVENTS" --workers 1 --timeout 600 \
    --worker-class geventwebsocket.gunicorn.workers.GeventWebSocketWorker zou.event_stream:app
  wait_for 90 "the Zou API" curl -fsS -m 20 "http://$STACK_BIND:$PORT_API/status"
  wait_for 90 "the Zou event stream" curl -fsS -m 20 "http://$STACK_BIND:$PORT_EVENTS/"
}

front_up() {
  local user="" nginx=nginx
  command -v nginx >/dev/null || nginx=/usr/sbin/nginx
  [ "$(id -u)" != 0 ] || user="user root;"
  mkdir -p "$STACK_DATA/nginx"
  if ! alive nginx; then
    front_conf "$user" >"$STACK_CONF/nginx.conf"
    "$nginx" -c "$STACK_CONF/nginx.conf" >"$STACK_LOG/nginx-start.log" 2>&1 </dev/null ||
      fail "nginx did not start: $(tail -n3 "$STACK_LOG/nginx-start.log")"
  fi
  wait_for 30 "the nginx front" curl -fsS -m 20 "http://$STACK_BIND:$PORT_FRONT/api/status"
}

# The server block of the guide. `gzip on` alone, as in Debian's nginx.conf, covers text/html only.
front_conf() {
  cat <<NGINX
$1
worker_processes 1;
pid $STACK_RUN/nginx.pid;
error_log $STACK_LOG/nginx.log;
events { worker_connections 256; }
http {
  access_log off;
  client_body_temp_path $STACK_DATA/nginx/body;
  proxy_temp_path $STACK_DATA/nginx/proxy;
  fastcgi_temp_path $STACK_DATA/nginx/fastcgi;
  uwsgi_temp_path $STACK_DATA/nginx/uwsgi;
  scgi_temp_path $STACK_DATA/nginx/scgi;
  gzip on;
  server {
    listen $STACK_BIND:$PORT_FRONT;
    location /api {
      proxy_set_header Host \$host;
      proxy_set_header X-Real-IP \$remote_addr;
      proxy_pass http://$STACK_BIND:$PORT_API/;
      client_max_body_size 500M;
      proxy_connect_timeout 600s;
      proxy_send_timeout 600s;
      proxy_read_timeout 600s;
      send_timeout 600s;
    }
    location /socket.io {
      proxy_http_version 1.1;
      proxy_set_header Host \$host;
      proxy_set_header X-Real-IP \$remote_addr;
      proxy_set_header Upgrade \$http_upgrade;
      proxy_set_header Connection "Upgrade";
      proxy_pass http://$STACK_BIND:$PORT_EVENTS;
    }
  }
}
NGINX
}
