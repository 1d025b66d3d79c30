#!/usr/bin/env bash
# Builds everything with warnings as errors and runs all tests.
#   scripts/test.sh            release build
#   scripts/test.sh --asan     with AddressSanitizer and UndefinedBehaviorSanitizer
#   scripts/test.sh --cuda     with the GPU module and all CUDA kernels: nvcc is fetched where no toolkit is; without the
#                              flag they are built where nvcc or a GPU is
# Further arguments go to ctest, e.g. scripts/test.sh -R parity
set -euo pipefail
cd "$(dirname "$0")/.."
preset=release
while [[ ${1:-} == --asan || ${1:-} == --cuda ]]; do
  if [[ $1 == --asan ]]; then preset=asan; else export QUALIA_SNN_CUDA=ON; fi
  shift
done
QUALIA_SNN_TESTS=1 scripts/install_deps.sh
cmake --preset "$preset" -DQUALIA_SNN_BUILD_TESTS=ON -DQUALIA_SNN_CUDA="${QUALIA_SNN_CUDA:-AUTO}"
cmake --build --preset "$preset"
ctest --preset "$preset" "$@"
