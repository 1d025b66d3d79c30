#!/usr/bin/env bash
# Disturbs training for a while and checks that nothing is lost: see scripts/soak.py. The tests have to be built.
#   scripts/soak.sh [SECONDS]    default 1800; whole passes, each with every write, fsync and rename of a short run
set -euo pipefail
cd "$(dirname "$0")/.."
exec python3 scripts/soak.py build/release/bin/qualia-snn build/release/tests/libqualia_snn_fault_injector.so --seconds "${1:-1800}"
