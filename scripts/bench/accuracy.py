#!/usr/bin/env python3
"""Prints the test accuracy of the quickstart's network, trained in fused blocks and layer by layer, seed by seed.

accuracy.py [--seeds 1 2 3] [--epochs 4] [--precisions 32] [--threads 2] [--folder FOLDER]

Works in a folder in which `qualia-snn CONFIG preprocess_data` ran; the default is where scripts/quickstart.sh does. Both
give the same spikes from the same weights; gradients differ by rounding, which training amplifies as it does a seed.
Needs a release build with bench_train.
"""

import argparse
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
CONFIG = ROOT / 'configs/fashion_mnist/scnn.toml'


def train(arguments, seed, precision, flags):
    """Returns the accuracy in percent and the seconds of training."""
    command = [arguments.program, CONFIG, f'--bench.seed={seed}', f'--model.0.epochs={arguments.epochs}',
               f'--learningframework.params.precision={json.dumps(precision)}', *flags]
    done = subprocess.run([str(word) for word in command], cwd=arguments.folder, capture_output=True, text=True,
                          env={**os.environ, 'OMP_NUM_THREADS': str(arguments.threads)}, check=False)
    if done.returncode != 0:
        sys.exit(f'{command} ended with {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}')
    accuracy = 100 * float(re.search(r'test_acc = ([\d.]+)', done.stdout)[1])
    seconds = float(re.search(r'training took ([\d.]+) s', done.stdout)[1])
    return accuracy, seconds


def print_row(precision, label, cells):
    fused, seconds, plain, plain_seconds = cells
    print(f'| {precision} | {label} | {fused:.2f} | {seconds:.1f} | {plain:.2f} | {plain_seconds:.1f} |', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--seeds', nargs='+', type=int, default=[1, 2, 3])
    parser.add_argument('--epochs', type=int, default=4)
    parser.add_argument('--precisions', nargs='+', type=lambda text: int(text) if text.isdigit() else text,
                        default=[32])
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--folder', type=pathlib.Path, default=ROOT)
    parser.add_argument('--program', default=ROOT / 'build/release/bin/bench_train')
    arguments = parser.parse_args()
    arguments.program = pathlib.Path(arguments.program).resolve()
    print('| precision | seed | fused, % | s | layer by layer, % | s |\n|---|---|---|---|---|---|', flush=True)
    for precision in arguments.precisions:
        rows = []
        for seed in arguments.seeds:
            rows.append([*train(arguments, seed, precision, []),
                         *train(arguments, seed, precision, ['--layer-by-layer'])])
            print_row(precision, seed, rows[-1])
        print_row(precision, 'mean', [statistics.mean(column) for column in zip(*rows)])


if __name__ == '__main__':
    main()
