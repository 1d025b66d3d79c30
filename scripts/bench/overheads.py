#!/usr/bin/env python3
"""Measures what options of a training cost: trains with and without each, one after the other, and prints the ratios.

overheads.py CONFIG [--rounds N] [--epochs E] [--program build/release/bin/qualia-snn]

The data of CONFIG has to be preprocessed. Figures are medians of the rounds, with the lowest and the highest.
"""

import argparse
import pathlib
import re
import shutil
import statistics
import subprocess
import tempfile
import time

OPTION = '--learningframework.params.'
CASES = {
    'spike_health': [OPTION + 'spike_health=false'],
    'progress bar (not on a terminal)': [OPTION + 'enable_progress_bar=false'],
    'num_workers = 1 rather than 0': [OPTION + 'num_workers=0'],
}
HEALTH = re.compile(r'spike health: (\S+) s, after an epoch of (\S+) s')
CHECKPOINT = re.compile(r'checkpoint: \S+ s, (\S+) s of (\S+) s so far')


def train(program, config, folder, epochs, more):
    """Returns seconds of the training call, and the shares of them that checkpoints and spike health took."""
    command = [program, config, 'train', '--verbose', f'--model.0.epochs={epochs}', '--model.0.evaluate=false', *more]
    start = time.monotonic()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    wall = time.monotonic() - start
    if done.returncode != 0:
        raise SystemExit(f'{" ".join(map(str, command))} ended with {done.returncode}\n{done.stderr}')
    took = re.findall(r'training took (\S+) s', done.stdout)
    checkpoints = CHECKPOINT.findall(done.stdout)
    share = float(checkpoints[-1][0]) / float(checkpoints[-1][1]) if checkpoints else 0.0
    seconds = float(took[-1]) if took else wall
    health = sum(float(measured) for measured, _ in HEALTH.findall(done.stdout)) / seconds
    return seconds, share, health


def spread(values):
    return f'{statistics.median(values):.3f} ({min(values):.3f} to {max(values):.3f})'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('config', type=pathlib.Path)
    parser.add_argument('--rounds', type=int, default=5)
    parser.add_argument('--epochs', type=int, default=2)
    parser.add_argument('--program', type=pathlib.Path, default=pathlib.Path('build/release/bin/qualia-snn'))
    arguments = parser.parse_args()
    config, program = arguments.config.resolve(), arguments.program.resolve()
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / 'out').mkdir()
        (folder / 'out/data').symlink_to(pathlib.Path('out/data').resolve())
        ratios, shares, healths, seconds = {case: [] for case in CASES}, [], [], []
        for _ in range(arguments.rounds):
            usual, share, health = train(program, config, folder, arguments.epochs, [])
            seconds.append(usual)
            shares.append(100 * share)
            healths.append(100 * health)
            for case, more in CASES.items():
                ratios[case].append(usual / train(program, config, folder, arguments.epochs, more)[0])
            shutil.rmtree(folder / 'logs', ignore_errors=True)
        print(f'{arguments.rounds} rounds of {arguments.epochs} epochs, {spread(seconds)} s each')
        for case, values in ratios.items():
            print(f'time with / without {case}: {spread(values)}')
        print(f'share of checkpoints: {spread(shares)} %')
        print(f'share of spike_health: {spread(healths)} %')


if __name__ == '__main__':
    main()
