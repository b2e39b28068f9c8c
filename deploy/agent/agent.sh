# shellcheck shell=sh
# What oopstream-send and oopstream-kdump-post share: settings, what is known of the host, one POST. POSIX sh and curl.
# Each uses a part of it:
# shellcheck disable=SC2034,SC2154
#
# Sourced; there are no local variables in POSIX sh, so a function's variables are named apart where calls nest.

set -u
export LC_ALL=C PATH="${PATH:-/usr/sbin:/usr/bin:/sbin:/bin}"
umask 077

# Before every path: tests lay out a host below it.
root=${OOPSTREAM_AGENT_ROOT:-}
config=${OOPSTREAM_AGENT_CONFIG:-$root/etc/oopstream/agent.conf}
newline='
'

log() { printf 'oopstream-agent: %s\n' "$*" >&2; }

# ---- settings ----------------------------------------------------------------------------------------------------

set_defaults() {
  url=
  api_url=
  token_file=$root/etc/oopstream/token
  ca_file=
  host=
  labels=
  crash_dirs=$root/var/crash
  pstore_dirs="$root/sys/fs/pstore $root/var/lib/systemd/pstore"
  kdump_dirs="$root/kdumproot $root/sysroot"
  state_dir=$root/var/lib/oopstream-agent
  connect_timeout=10
  max_time=120
  kdump_max_time=20
  settle_seconds=600
  first_delay=60
  max_delay=21600
  max_refusals=20
  gzip_over_bytes=1048576
  max_bytes=16000000
}

read_config() {
  set_defaults
  if [ ! -r "$config" ]; then
    log "$config: cannot be read"
    return 1
  fi
  while IFS= read -r line || [ -n "$line" ]; do
    case $line in '' | '#'*) continue ;; esac
    value=${line#*=}
    value=${value#\"}
    value=${value%\"}
    case ${line%%=*} in
      url) url=${value%/} ;;
      api_url) api_url=${value%/} ;;
      token_file) token_file=$root$value ;;
      ca_file) ca_file=$value ;;
      host) host=$value ;;
      labels) labels=$value ;;
      crash_dirs) crash_dirs=$(rooted "$value") ;;
      pstore_dirs) pstore_dirs=$(rooted "$value") ;;
      kdump_dirs) kdump_dirs=$(rooted "$value") ;;
      state_dir) state_dir=$root$value ;;
      connect_timeout) connect_timeout=$value ;;
      max_time) max_time=$value ;;
      kdump_max_time) kdump_max_time=$value ;;
      settle_seconds) settle_seconds=$value ;;
      first_delay) first_delay=$value ;;
      max_delay) max_delay=$value ;;
      max_refusals) max_refusals=$value ;;
      gzip_over_bytes) gzip_over_bytes=$value ;;
      max_bytes) max_bytes=$value ;;
      *)
        log "$config: no such setting: ${line%%=*}"
        return 1
        ;;
    esac
  done <"$config"
  for number in "$connect_timeout" "$max_time" "$kdump_max_time" "$settle_seconds" "$first_delay" "$max_delay" \
    "$max_refusals" "$gzip_over_bytes" "$max_bytes"; do
    case $number in
      '' | *[!0-9]*)
        log "$config: not a whole number: $number"
        return 1
        ;;
    esac
  done
  case $url in
    http://* | https://*) ;;
    *)
      log "$config: url must be the http(s) address of the collector"
      return 1
      ;;
  esac
}

rooted() {
  for dir in $1; do printf '%s ' "$root$dir"; done
}

# The token goes to curl by its standard input, never by its arguments, which every user can list.
read_token() {
  token=$(tr -cd 'A-Za-z0-9_-' 2>/dev/null <"$token_file")
  if [ -z "$token" ]; then
    log "$token_file: holds no token"
    return 1
  fi
  [ "$1" = kdump ] && return 0
  case $(ls -ldL "$token_file") in
    ????------*) ;;
    *)
      log "$token_file: others than its owner can use it (chmod 600)"
      return 1
      ;;
  esac
}

# ---- what is known of the host -----------------------------------------------------------------------------------

is_machine_id() {
  case $1 in *[!0-9a-f]*) return 1 ;; esac
  [ ${#1} -eq 32 ]
}

is_boot_id() {
  case $1 in *[!0-9a-f-]*) return 1 ;; esac
  [ ${#1} -eq 36 ]
}

read_line() {
  [ -r "$1" ] || return 0
  IFS= read -r first_line <"$1" || :
  printf '%s' "${first_line:-}"
}

# $1: before /etc, where the dump's initramfs has mounted the host's root.
read_machine_id() {
  for machine_id in "$(read_line "$root/etc/machine-id")" "$(read_line "$1/etc/machine-id")"; do
    is_machine_id "$machine_id" && return 0
  done
  machine_id=
}

read_host_name() {
  [ -n "$host" ] && return 0
  host=$(read_line "$root/etc/hostname")
  [ -n "$host" ] || host=$(read_line "$1/etc/hostname")
  [ -n "$host" ] || host=$(uname -n)
  case $host in '(none)' | localhost | localhost.*) host= ;; esac
}

record_boot() {
  boot_id=$(read_line "$root/proc/sys/kernel/random/boot_id")
  if ! is_boot_id "$boot_id"; then
    log "no boot id in $root/proc/sys/kernel/random/boot_id"
    return 1
  fi
  mkdir -p "$state_dir/boots" || return 1
  for known in "$state_dir/boots"/*-"$boot_id"; do [ -f "$known" ] && return 0; done
  uptime=$(read_line "$root/proc/uptime")
  uptime=${uptime%%.*}
  started=$(($(date +%s) - ${uptime:-0}))
  read_machine_id ''
  record=$(printf '%010d-%s' "$started" "$boot_id")
  printf '%s %s %s %s\n' "$started" "$boot_id" "${machine_id:--}" "$(uname -r)" >"$state_dir/boots.new" &&
    mv "$state_dir/boots.new" "$state_dir/boots/$record" || return 1
  mark_boot "$boot_id" running
  forget_old_boots
}

# How boot $1 ends: $2 is running, until it is shut down in order. What broke off stays running.
mark_boot() {
  mkdir -p "$state_dir/shutdown" &&
    printf '%s\n' "$2" >"$state_dir/shutdown.new" && mv "$state_dir/shutdown.new" "$state_dir/shutdown/$1"
}

# At the end of a boot, as its last act.
record_shutdown() {
  boot_id=$(read_line "$root/proc/sys/kernel/random/boot_id")
  is_boot_id "$boot_id" && mark_boot "$boot_id" clean
}

# The boot before boot $1 and how it ended: clean, dirty, or nothing where nobody kept watch.
find_last_boot() {
  last_boot_id='' last_release='' last_shutdown=''
  for boot in "$state_dir/boots"/*; do
    [ -f "$boot" ] || continue
    read -r _ boot_id _ release <"$boot"
    if is_boot_id "$boot_id" && [ "$boot_id" != "$1" ]; then last_boot_id=$boot_id last_release=$release; fi
  done
  case $(read_line "$state_dir/shutdown/${last_boot_id:-none}") in
    clean) last_shutdown=clean ;;
    running) last_shutdown=dirty ;;
  esac
}

# Names begin with the time, so that a glob gives the oldest first.
forget_old_boots() {
  set -- "$state_dir/boots"/*
  while [ $# -gt 100 ]; do
    name=${1##*/}
    rm -f "$1" "$state_dir/shutdown/${name#*-}"
    shift
  done
}

# The boot of a crash at $1 (seconds since 1970): the last that had begun by then. Records are below $2.
find_boot() {
  crash_boot_id='' crash_release=''
  for boot in "$2"/boots/*; do
    [ -f "$boot" ] || continue
    read -r began boot_id _ release <"$boot"
    if is_boot_id "$boot_id" && [ "$began" -le "$1" ]; then crash_boot_id=$boot_id crash_release=$release; fi
  done
}

# What JSON takes without escaping, $2 characters at most.
plain() { printf '%s' "$1" | tr -cd 'A-Za-z0-9 ._:/@+()-' | cut -c "1-$2"; }

# A host name or label as the collector takes it: $2 more characters than letters and digits within, none at the ends.
trimmed() { printf '%s' "$1" | tr -cd "A-Za-z0-9$2" | cut -c "1-$3" | sed 's/^[^A-Za-z0-9]*//; s/[^A-Za-z0-9]*$//'; }

add_field() {
  [ -n "$2" ] && context="$context${context:+,}\"$1\":\"$2\""
  return 0
}

# Writes the JSON part: $1 file, $2 source, $3 seconds since 1970 of the crash.
write_context() {
  context=
  add_field machineId "$machine_id"
  add_field host "$(trimmed "$host" ._:- 253)"
  add_field bootId "$crash_boot_id"
  add_field kernelRelease "$(plain "$crash_release" 128)"
  add_field model "$(plain "$(read_line "$root/sys/class/dmi/id/product_name")" 128)"
  add_field occurredAt "$(date -u -d "@$3" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null)"
  add_field source "$2"
  add_labels
  printf '{%s}' "$context" >"$1"
}

add_labels() {
  pairs='' pair_count=0
  set -f
  for label in $labels; do
    name=$(trimmed "${label%%=*}" _.- 64 | tr '[:upper:]' '[:lower:]')
    if [ -n "$name" ] && [ "$pair_count" -lt 32 ]; then
      pairs="$pairs${pairs:+,}\"$name\":\"$(plain "${label#*=}" 256)\""
      pair_count=$((pair_count + 1))
    fi
  done
  set +f
  [ -n "$pairs" ] && context="$context${context:+,}\"labels\":{$pairs}"
  return 0
}

# ---- sending -----------------------------------------------------------------------------------------------------

size_of() { wc -c <"$1" | tr -d ' '; }

# Of a path that may hold anything, a name that curl's configuration can hold.
is_simple_path() {
  case $1 in *\"* | *\\* | *"$newline"*) return 1 ;; esac
}

# POSTs a text: $1 file, $2 its name, $3 media type, $4 Idempotency-Key, $5 longest time. Sets http_status, 000 for no
# answer, and retry_after.
post() {
  printf '' >"$tmp/answer"
  printf '' >"$tmp/headers"
  http_status=$(
    {
      printf 'url = "%s/v1/transcripts"\n' "$url"
      printf 'header = "Authorization: Bearer %s"\n' "$token"
      printf 'header = "Idempotency-Key: %s"\n' "$4"
      printf 'form = "context=@\\"%s\\";type=application/json"\n' "$tmp/context"
      printf 'form = "text=@\\"%s\\";filename=\\"%s\\";type=%s"\n' "$1" "$2" "$3"
      [ -n "$ca_file" ] && printf 'cacert = "%s"\n' "$ca_file"
    } | curl --config - --silent --show-error --connect-timeout "$connect_timeout" --max-time "$5" \
      --user-agent oopstream-agent/0.1 --output "$tmp/answer" --dump-header "$tmp/headers" \
      --write-out '%{http_code}' 2>"$tmp/error"
  )
  http_status=${http_status:-000}
  retry_after=$(sed -n 's/^[Rr]etry-[Aa]fter: *\([0-9]\{1,6\}\).*/\1/p' "$tmp/headers" | tail -n 1)
  retry_after=${retry_after:-0}
}

# Why the last POST was not accepted, in one line.
explain() {
  reason=$(sed -n 's/.*"reason" *: *"\([a-z0-9-]*\)".*/\1/p' "$tmp/answer" | head -n 1)
  printf '%s %s' "$http_status" "${reason:-$(head -c 200 "$tmp/error" | tr '\n' ' ')}"
}

# ---- crash folders -----------------------------------------------------------------------------------------------

mtime_of() { stat -c %Y "$1" 2>/dev/null || echo 0; }

# The text of a crash folder $1: RHEL's vmcore-dmesg.txt, Debian's dmesg.YYYYMMDDHHMM, else what RHEL's was cut to.
find_text() {
  for text in "$1/vmcore-dmesg.txt" "$1"/dmesg.[0-9]* "$1/vmcore-dmesg-incomplete.txt"; do
    [ -f "$text" ] && [ -s "$text" ] && return 0
  done
  return 1
}

# The same in the dump's initramfs and at every boot, whatever the folder is mounted below.
key_of() { printf 'crash/%s/%s/%s' "$(plain "${1##*/}" 120)" "$(plain "${2##*/}" 80)" "$(size_of "$2")"; }
