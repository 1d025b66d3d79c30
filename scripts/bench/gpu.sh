#!/usr/bin/env bash
# Neurons on a GPU, in one command of at most 8 minutes: builds them and torch.ops, tests every neuron on the GPU, and times
# LIF beside SpikingJelly's torch, cupy and triton backends. Training, CUDA graphs among it, is tested by `ctest -L gpu` of
# a whole build, which a machine without Debian's packages cannot make.
#   scripts/bench/gpu.sh [RESULTS_FOLDER]
# Needs Python with torch 2.11, nvcc 13, g++, cmake and ninja. For the comparison: spikingjelly==2.0.0 and loguru on
# PYTHONPATH, and, for its CuPy backend, which 2.0.0 dropped, the wheel of spikingjelly==2.0.0rc1 unpacked in $OLDER.
set -euo pipefail
cd "$(dirname "$0")/../.."
results=$(realpath -m "${1:-build/gpu/results}")
build=build/gpu
mkdir -p "$results"
torch=$(python3 -c 'import pathlib, torch; print(pathlib.Path(torch.__file__).parent)')
cmake -S . -B "$build" -G Ninja -DCMAKE_BUILD_TYPE=Release "-DLibTorch_ROOT=$torch" -DQUALIA_SNN_ENGINE_ONLY=ON \
  -DQUALIA_SNN_CUDA=ON
cmake --build "$build"
nvidia-smi --query-gpu=name,driver_version,clocks.sm,clocks.mem --format=csv || echo "no GPU"

status=0
run() { # name, seconds, command...: goes on after a failure, so that one machine tells as much as it can
  local name=$1 seconds=$2
  shift 2
  echo "== $name"
  local code=0
  timeout "$seconds" "$@" >"$results/$name.txt" 2>&1 || code=$?
  cat "$results/$name.txt"
  if [[ $code != 0 && $code != 77 ]]; then # 77: skipped
    status=1
    echo "$name FAILED ($code)"
  fi
}
library=$build/lib/libqualia_snn_torch_ops.so
run neuron_gpu 90 "$build/tests/gpu/neuron_gpu_tests"
run torch_ops 40 python3 tests/torch_ops/check_torch_ops.py "$library"
if command -v compute-sanitizer >/dev/null; then
  run memcheck 40 compute-sanitizer --error-exitcode 1 "$build/tests/gpu/neuron_gpu_tests" --quick
fi
older=()
if [[ -n ${OLDER:-} ]]; then older=(--older "$OLDER"); fi
run gpu_neurons 240 python3 scripts/bench/gpu_neurons.py --library "$library" --output "$results/gpu_neurons.json" \
  "${older[@]}"
exit $status
