#!/bin/sh
# Stands where the engine would in the tests of the workflow runner: it prints how it was called, so that a
# test can see which call made which document. A name can ask it to fail or to be slow.
for last in "$@"; do :; done
case $last in
  absent)
    echo "no entity is named absent" >&2
    exit 1
    ;;
  toolkit)
    exec node -p '
      const [folder] = process.argv.slice(1);
      const { readdirSync: names, readFileSync: read } = require("node:fs");
      JSON.stringify(Object.fromEntries(names(folder).map((name) => [name, read(`${folder}/${name}`, "utf8")])))
    ' "$(dirname "$0")/../../engine/crates/cli/toolkit"
    ;;
  slow)
    # The answer is quick; a document hangs.
    case "$*" in *"--format human"*) ;; *) exec sleep 30 ;; esac
    ;;
esac
printf '%s\n' "$@"
