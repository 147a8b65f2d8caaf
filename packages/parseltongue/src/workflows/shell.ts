import { BINARY_VARIABLE, ENGINE_NAME } from "../identity.ts";
import {
  ENGINE_FLAGS,
  type EngineCall,
  FORMATS,
  type Step,
  WORKFLOWS,
  type Workflow,
} from "./definitions.ts";
import { WORKSPACE } from "./workspace.ts";

// Compiles the workflows into POSIX sh scripts that need the binary and nothing else. They make the same
// documents as `pt` of the npm package, because both only collect what the engine prints.

/** The generated scripts by file name: the wrapper `pt` and one per workflow that names a script. */
export function shellScripts(): ReadonlyMap<string, string> {
  const single = WORKFLOWS.flatMap((workflow) =>
    workflow.script === undefined
      ? []
      : [[workflow.script, workflowScript(workflow, workflow.script)] as const],
  );
  return new Map([["pt", wrapperScript()], ...single]);
}

const word = (text: string): string =>
  /^[\w./:-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;

const functionName = ({ name }: Workflow): string => `workflow_${name.replaceAll("-", "_")}`;

/** `--no-ignore` as the shell variable that is set where the flag was given. */
const flagVariable = (flag: string): string => flag.replace(/^--/, "").replaceAll("-", "_");

function callWords(call: EngineCall, format?: string): string {
  return [
    ...call.command.map(word),
    '--root "$root"',
    ...ENGINE_FLAGS.map((flag) => `\${${flagVariable(flag)}:+${flag}}`),
    ...(call.options ?? []).map(word),
    ...(format === undefined ? [] : [`--format ${format}`]),
    ...(call.name ? ['-- "$name"'] : []),
  ].join(" ");
}

function stepLine(step: Step): string {
  const made =
    "template" in step.from
      ? `copy_template ${word(step.file)} ${word(step.from.template)}`
      : `document ${word(step.file)} ${callWords(step.from)}`;
  return step.onlyWithName ? `  [ -z "$name" ] || ${made}` : `  ${made}`;
}

function answerLines(workflow: Workflow): string {
  const plain = `answer ${callWords(workflow.answer, '"$format"')}`;
  if (workflow.answerWithName === undefined) return `  ${plain}`;
  return `  if [ -n "$name" ]; then\n    answer ${callWords(workflow.answerWithName, '"$format"')}\n  else\n    ${plain}\n  fi`;
}

const workflowFunction = (workflow: Workflow): string => `# ${workflow.summary}.
${functionName(workflow)}() {
  read_arguments "${workflow.subject}" "$@"
${answerLines(workflow)}
  open_run ${word(workflow.name)} || return 0
${workflow.steps.map(stepLine).join("\n")}
  publish_run ${word(workflow.name)}
}
`;

const subjectWords = ({ subject }: Workflow): string =>
  ({ directory: "[DIR]", name: "NAME", "directory and optional name": "[DIR] [NAME]" })[subject];

const optionsHelp = `  --format FORMAT  of the answer: ${FORMATS.join(", ")}
  --root DIR       the project; without it, the enclosing git repository or the current folder
  --out DIR        where the documents go instead of ${WORKSPACE}/ in the project
  --no-ignore      also map what .gitignore excludes
  --no-cache       neither read nor write the cached map`;

function workflowScript(workflow: Workflow, file: string): string {
  return `${header(`${workflow.summary}.`)}
usage() {
  cat <<'END'
${workflow.summary}.

Usage: ./${file} ${subjectWords(workflow)} [OPTIONS]

${optionsHelp}
END
}

${prelude()}
${workflowFunction(workflow)}
find_engine
${functionName(workflow)} "$@"
`;
}

function wrapperScript(): string {
  const width =
    Math.max(...WORKFLOWS.map((workflow) => `${workflow.name} ${subjectWords(workflow)}`.length)) +
    2;
  return `${header("All workflows of parseltongue, and every command of its binary, under one name.")}
usage() {
  cat <<'END'
Usage: ./pt COMMAND [ARGUMENTS]

${WORKFLOWS.map((workflow) => `  ${`${workflow.name} ${subjectWords(workflow)}`.padEnd(width)}${workflow.summary}`).join("\n")}

Every other command goes to the binary: ./pt callers NAME, ./pt list-entities, ...

Options of the workflows:
${optionsHelp}
END
}

${prelude()}
${WORKFLOWS.map(workflowFunction).join("\n")}
if [ $# -eq 0 ]; then
  usage >&2
  exit 2
fi
case $1 in
  help | --help | -h) usage; exit 0 ;;
esac

find_engine
command=$1
case $command in
${WORKFLOWS.map((workflow) => `  ${workflow.name}) shift; ${functionName(workflow)} "$@" ;;`).join("\n")}
  *) exec "$engine" "$@" ;;
esac
`;
}

const header = (text: string): string => `#!/bin/sh
# ${text}
# Generated from the workflow definitions of parseltongue; needs the binary \`${ENGINE_NAME}\` and a POSIX shell.
set -eu
`;

const prelude =
  (): string => `# $(...) drops line breaks at the end, which a folder's name may have; so an x comes behind them.
folder_of=$(dirname -- "$0" && printf x)
here=$(CDPATH='' cd -- "\${folder_of%?x}" && pwd && printf x)
here=\${here%?x}
engine=''
child=''
partial=''

fail() {
  printf 'pt: %s\\n' "$1" >&2
  shift
  for line in "$@"; do printf '  %s\\n' "$line" >&2; done
  exit 2
}

# The variable first, then beside this script, then in the distribution's layout, then on PATH.
find_engine() {
  if [ -n "\${${BINARY_VARIABLE}:-}" ]; then
    if ! [ -f "$${BINARY_VARIABLE}" ] || ! [ -x "$${BINARY_VARIABLE}" ]; then
      fail "${BINARY_VARIABLE} points to $${BINARY_VARIABLE}, and no program is there" 'fix: correct the variable, or unset it'
    fi
    engine=$${BINARY_VARIABLE}
    return
  fi
  for candidate in "$here/${ENGINE_NAME}" "$here/${ENGINE_NAME}.exe" "$here/../binaries/${ENGINE_NAME}"; do
    if [ -f "$candidate" ] && [ -x "$candidate" ]; then
      engine=$candidate
      return
    fi
  done
  # Where a project has it as a dependency.
  folder=$here
  while [ -n "$folder" ]; do
    engine=$folder/node_modules/.bin/${ENGINE_NAME}
    if [ -f "$engine" ] && [ -x "$engine" ]; then
      return
    fi
    folder=\${folder%/*}
  done
  engine=$(command -v ${ENGINE_NAME}) ||
    fail 'the binary ${ENGINE_NAME} is not found' "looked in: $here, $here/../binaries, node_modules/.bin of the folders above, PATH" 'fix: copy it beside this script, put it on PATH, or set ${BINARY_VARIABLE}'
}

# The engine's own rule: the nearest folder above with a .git, else the current folder.
find_root() {
  root=$(pwd && printf x)
  root=\${root%?x}
  folder=$root
  while [ -n "$folder" ]; do
    if [ -e "$folder/.git" ]; then
      root=$folder
      return
    fi
    folder=\${folder%/*}
  done
  if [ -e /.git ]; then root=/; fi
}

# Sets root, name, format and out from the command line.
read_arguments() {
  subject=$1
  shift
  # shellcheck disable=SC2034 # not every workflow asks about a name
  root='' name='' format=human out='' first='' second='' count=0 parsing=yes
  ${ENGINE_FLAGS.map((flag) => `${flagVariable(flag)}=''`).join(" ")}
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
        --format=*) format=\${1#--format=}; shift; continue ;;
        --root=*) root=\${1#--root=}; shift; continue ;;
        --out=*) out=\${1#--out=}; shift; continue ;;
${ENGINE_FLAGS.map((flag) => `        ${flag}) ${flagVariable(flag)}=yes; shift; continue ;;`).join("\n")}
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
${FORMATS.map((format) => `    ${format}) ;;`).join("\n")}
    *) fail "there is no format $format" 'fix: choose ${FORMATS.join(", ")}' ;;
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
      root=\${first:-\${root:-.}}
      ;;
    *)
      root=\${first:-\${root:-.}}
      # shellcheck disable=SC2034
      name=$second
      ;;
  esac
  [ -d "$root" ] || fail "there is no directory $root"
  root=$(CDPATH='' cd -- "$root" && pwd && printf x)
  root=\${root%?x}
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
  workspace=\${out:-$root/${WORKSPACE}}
  partial=$workspace/.partial-$1-$$
  if ! mkdir -p -- "$partial" 2>&-; then
    partial=''
    printf 'pt: no documents are written: %s cannot be written\\n' "$workspace" >&2
    [ -z "$out" ] || exit 2
    printf '  fix: name another folder with --out DIR\\n' >&2
    return 1
  fi
  [ -e "$workspace/.gitignore" ] || printf '*\\n' >"$workspace/.gitignore"
}

document() {
  target=$partial/$1
  shift
  call_engine "$@" >"$target" || {
    code=$?
    printf 'pt: the step %s failed\\n' "\${target##*/}" >&2
    give_up "$code"
  }
}

copy_template() {
  if [ -f "$here/$2" ]; then
    cp -- "$here/$2" "$partial/$1"
  else
    printf 'pt: %s is not beside this script, so %s is not written\\n' "$2" "$1" >&2
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
  ln -s -- "$final" "$workspace/latest" 2>&- || printf '%s\\n' "$final" >"$workspace/latest.txt"
  printf '\\nDocuments in %s\\n' "$workspace/$final" >&2
}
`;
