#!/usr/bin/env bash
# Installs, builds, preprocesses and trains the default configuration on the data inside the repository.
# Everything after the script's name goes to the training run, e.g. --model.0.epochs=1
set -euo pipefail
cd "$(dirname "$0")/.."
config=configs/fashion_mnist/scnn.toml

scripts/install_deps.sh
mkdir -p build
cmake --preset release -DQUALIA_SNN_CUDA="${QUALIA_SNN_CUDA:-AUTO}" >build/configure.log 2>&1 || { cat build/configure.log >&2; exit 1; }
cmake --build --preset release --target qualia_snn_cli
build/release/bin/qualia-snn "$config" preprocess_data
build/release/bin/qualia-snn "$config" train "$@"
