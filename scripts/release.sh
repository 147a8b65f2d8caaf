#!/bin/sh
# A door to `npm run release`: scripts/release.sh v0.2.0 [--dry-run]
cd "$(dirname "$0")/.." && exec npm run --silent release -- "$@"
