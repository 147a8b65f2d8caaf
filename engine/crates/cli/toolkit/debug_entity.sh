#!/bin/sh
# Trace an entity: who calls it, where it is used, the smallest safe change.
# Generated from the workflow definitions of parseltongue; needs the binary `parseltongue` and a POSIX shell.
set -eu

usage() {
  cat <<'END'
Trace an entity: who calls it, where it is used, the smallest safe change.

Usage: ./debug_entity.sh NAME [OPTIONS]

  --format FORMAT  of the answer: human, json, markdown
  --root DIR       the project; without it, the enclosing git repository or the current folder
  --out DIR        where the documents go instead of parseltongue_workspace/ in the project
  --no-ignore      also map what .gitignore excludes
  --no-cache       neither read nor write the cached map
END
}

# $(...) drops line breaks at the end, which a folder's name may have; so an x comes behind them.
folder_of=$(dirname -- "$0" && printf x)
here=$(CDPATH='' cd -- "${folder_of%?x}" && pwd && printf x)
here=${here%?x}
engine=''
child=''
partial=''

fail() {
  printf 'pt: %s\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\n' "$line" >&2; done
  exit 2
}

# The variable first, then beside this script, then in the distribution's layout, then on PATH.
find_engine() {
  if [ -n "${PARSELTONGUE_BINARY:-}" ]; then
    if ! [ -f "$PARSELTONGUE_BINARY" ] || ! [ -x "$PARSELTONGUE_BINARY" ]; then
      fail "PARSELTONGUE_BINARY points to $PARSELTONGUE_BINARY, and no program is there" 'fix: correct the variable, or unset it'
    fi
    engine=$PARSELTONGUE_BINARY
    return
  fi
  for candidate in "$here/parseltongue" "$here/parseltongue.exe" "$here/../binaries/parseltongue"; do
    if [ -f "$candidate" ] && [ -x "$candidate" ]; then
      engine=$candidate
      return
    fi
  done
  # Where a project has it as a dependency.
  folder=$here
  while [ -n "$folder" ]; do
    engine=$folder/node_modules/.bin/parseltongue
    if [ -f "$engine" ] && [ -x "$engine" ]; then
      return
    fi
    folder=${folder%/*}
  done
  engine=$(command -v parseltongue) ||
    fail 'the binary parseltongue is not found' "looked in: $here, $here/../binaries, node_modules/.bin of the folders above, PATH" 'fix: copy it beside this script, put it on PATH, or set PARSELTONGUE_BINARY'
}

# The engine's own rule: the nearest folder above with a .git, else the current folder.
find_root() {
  root=$(pwd && printf x)
  root=${root%?x}
  folder=$root
  while [ -n "$folder" ]; do
    if [ -e "$folder/.git" ]; then
      root=$folder
      return
    fi
    folder=${folder%/*}
  done
  if [ -e /.git ]; then root=/; fi
}

# Sets root, name, format and out from the command line.
read_arguments() {
  subject=$1
  shift
  # shellcheck disable=SC2034 # not every workflow asks about a name
  root='' name='' format=human out='' first='' second='' count=0 parsing=yes
  no_ignore='' no_cache=''
  while [ $# -gt 0 ]; do
    if [ "$parsing" = yes ]; then
      case $1 in
        --) parsing=no; shift; continue ;;
        --help | -h) usage; exit 0 ;;
        --format | --root | --out)
          [ $# -ge 2 ] || fail "the option $1 needs a value"
          case $1 in
            --format) format=$2 ;;
            --root) root=$2 ;;
            --out) out=$2 ;;
          esac
          shift 2
          continue
          ;;
        --format=*) format=${1#--format=}; shift; continue ;;
        --root=*) root=${1#--root=}; shift; continue ;;
        --out=*) out=${1#--out=}; shift; continue ;;
        --no-ignore) no_ignore=yes; shift; continue ;;
        --no-cache) no_cache=yes; shift; continue ;;
        -?*) fail "there is no option $1" 'help: --help' ;;
      esac
    fi
    count=$((count + 1))
    case $count in
      1) first=$1 ;;
      2) second=$1 ;;
      *) fail "nothing is known to do with $1" 'help: --help' ;;
    esac
    shift
  done
  case $format in
    human) ;;
    json) ;;
    markdown) ;;
    *) fail "there is no format $format" 'fix: choose human, json, markdown' ;;
  esac
  case $subject in
    name)
      [ -n "$first" ] || fail 'the name of an entity is needed' 'help: --help'
      [ -z "$second" ] || fail "nothing is known to do with $second" 'help: --help'
      # shellcheck disable=SC2034
      name=$first
      [ -n "$root" ] || find_root
      ;;
    directory)
      [ -z "$second" ] || fail "nothing is known to do with $second" 'help: --help'
      root=${first:-${root:-.}}
      ;;
    *)
      root=${first:-${root:-.}}
      # shellcheck disable=SC2034
      name=$second
      ;;
  esac
  [ -d "$root" ] || fail "there is no directory $root"
  root=$(CDPATH='' cd -- "$root" && pwd && printf x)
  root=${root%?x}
}

# Runs the engine so that a signal to this script reaches it, and ends with its exit code.
call_engine() {
  # In a bare chroot: what a shell starts beside itself reads from /dev/null.
  [ -e /dev/null ] || {
    "$engine" "$@"
    return
  }
  "$engine" "$@" &
  child=$!
  code=0
  wait "$child" || code=$?
  child=''
  return "$code"
}

stop() {
  trap - INT TERM HUP
  [ -z "$child" ] || kill -s TERM "$child" 2>&- || :
  [ -z "$partial" ] || rm -rf -- "$partial"
  kill -s "$1" $$
}
trap 'stop INT' INT
trap 'stop TERM' TERM
trap 'stop HUP' HUP

give_up() {
  [ -z "$partial" ] || rm -rf -- "$partial"
  exit "$1"
}

answer() {
  call_engine "$@" || give_up $?
}

# Documents are collected in a folder that gets its name when it is complete.
open_run() {
  workspace=${out:-$root/parseltongue_workspace}
  partial=$workspace/.partial-$1-$$
  if ! mkdir -p -- "$partial" 2>&-; then
    partial=''
    printf 'pt: no documents are written: %s cannot be written\n' "$workspace" >&2
    [ -z "$out" ] || exit 2
    printf '  fix: name another folder with --out DIR\n' >&2
    return 1
  fi
  [ -e "$workspace/.gitignore" ] || printf '*\n' >"$workspace/.gitignore"
}

document() {
  target=$partial/$1
  shift
  call_engine "$@" >"$target" || {
    code=$?
    printf 'pt: the step %s failed\n' "${target##*/}" >&2
    give_up "$code"
  }
}

copy_template() {
  if [ -f "$here/$2" ]; then
    cp -- "$here/$2" "$partial/$1"
  else
    printf 'pt: %s is not beside this script, so %s is not written\n' "$2" "$1" >&2
  fi
}

publish_run() {
  run=$1_$(date -u +%Y%m%dT%H%M%SZ)
  final=$run
  number=2
  while [ -e "$workspace/$final" ]; do
    final=$run-$number
    number=$((number + 1))
  done
  mv -- "$partial" "$workspace/$final"
  partial=''
  rm -f -- "$workspace/latest"
  ln -s -- "$final" "$workspace/latest" 2>&- || printf '%s\n' "$final" >"$workspace/latest.txt"
  printf '\nDocuments in %s\n' "$workspace/$final" >&2
}

# Trace an entity: who calls it, where it is used, the smallest safe change.
workflow_debug() {
  read_arguments "name" "$@"
  answer report debug --root "$root" ${no_ignore:+--no-ignore} ${no_cache:+--no-cache} --format "$format" -- "$name"
  open_run debug || return 0
  document report.md report debug --root "$root" ${no_ignore:+--no-ignore} ${no_cache:+--no-cache} --format markdown -- "$name"
  document report.json report debug --root "$root" ${no_ignore:+--no-ignore} ${no_cache:+--no-cache} --format json -- "$name"
  document definition.md where-defined --root "$root" ${no_ignore:+--no-ignore} ${no_cache:+--no-cache} --format markdown -- "$name"
  document callers.md callers --root "$root" ${no_ignore:+--no-ignore} ${no_cache:+--no-cache} --format markdown -- "$name"
  document callers.json callers --root "$root" ${no_ignore:+--no-ignore} ${no_cache:+--no-cache} --format json -- "$name"
  document callees.md callees --root "$root" ${no_ignore:+--no-ignore} ${no_cache:+--no-cache} --format markdown -- "$name"
  publish_run debug
}

find_engine
workflow_debug "$@"
