#!/usr/bin/env bash
# Feeds every reader of binary files with damaged ones: builds the targets of tests/fuzz with clang and runs each.
#   scripts/fuzz.sh [SECONDS]    for each target; default 60
# A finding in our own code fails; one inside a library of a format is reported with its input, and does not. Inputs lie in
# build/fuzz/findings/. Exit code 77: clang with libFuzzer is missing.
set -euo pipefail
cd "$(dirname "$0")/.."
seconds=${1:-60}
clang=$(command -v clang++-14 || command -v clang++ || true)
if [[ -z $clang ]] || ! echo 'extern "C" int LLVMFuzzerTestOneInput(const char*, unsigned long) { return 0; }' |
  "$clang" -fsanitize=fuzzer,address -x c++ - -o /dev/null 2>/dev/null; then
  echo "skipped: clang with libFuzzer is missing (apt-get install clang-14 libclang-rt-14-dev)"
  exit 77
fi
mkdir -p build
cmake -S tests/fuzz -B build/fuzz -G Ninja -DCMAKE_CXX_COMPILER="$clang" >build/fuzz.log 2>&1 || { cat build/fuzz.log >&2; exit 1; }
cmake --build build/fuzz
exec python3 scripts/run_fuzzers.py build/fuzz "$seconds"
