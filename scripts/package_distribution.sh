#!/bin/sh
# A door to `npm run package-distribution`, under the name that the documentation of distributions gives it.
cd "$(dirname "$0")/.." && exec npm run --silent package-distribution -- "$@"
