#!/usr/bin/env python3
"""Prints how the time of a training step grows with time steps, batch and width of the samples.

scaling.py [--workloads NAME ...] [--modes m] [--rounds 3] [--factor 4] [--threads 2] [--output scaling.json]

A round times a workload of compare.py as it is and, right after it, larger by the factor along each axis. Time in
proportion to the work gives 1.00 in the table; where images are presented T times, the first convolution runs once
whatever T is, which gives less. Needs a release build with bench_train, and the environment that compare.py makes.
"""

import argparse
import json
import os
import pathlib
import sys
import tempfile

import compare


def measure(name, mode, arguments):
    import workloads

    shares = {axis: [] for axis in workloads.AXES}
    with tempfile.TemporaryDirectory() as temporary:
        def time_of(label, factors):
            folder = pathlib.Path(temporary) / label
            if not folder.exists():
                workloads.write(name, mode, 32, folder, factors=factors)
            command = [arguments.program, folder / 'config.toml']
            return compare.run(command, folder / 'ours', arguments.threads)['step']

        for _ in range(arguments.rounds):
            for axis in workloads.AXES:
                base = time_of('base', {})
                larger = time_of(axis, {axis: arguments.factor})
                shares[axis].append(larger / base / arguments.factor)
    return {'workload': name, 'mode': mode, 'factor': arguments.factor, 'threads': arguments.threads,
            'cpu': compare.cpu_name(), **{axis: compare.spread(values) for axis, values in shares.items()}}


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--workloads', nargs='+', default=['fashion_mnist', 'shd'])
    parser.add_argument('--modes', nargs='+', default=['m'], choices=['s', 'm'])
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--factor', type=int, default=4)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--output', default='scaling.json')
    parser.add_argument('--program', default=compare.ROOT / 'build/release/bin/bench_train')
    arguments = parser.parse_args()
    python = compare.make_venv()
    if pathlib.Path(sys.executable) != python:
        os.execv(python, [python, __file__, *sys.argv[1:]])
    arguments.program = pathlib.Path(arguments.program).resolve()
    results = []
    print(f'| workload | T x {arguments.factor} | batch x {arguments.factor} | width x {arguments.factor} |')
    print('|---|---|---|---|', flush=True)
    for name in arguments.workloads:
        for mode in arguments.modes:
            result = measure(name, mode, arguments)
            cells = (f'{r["median"]:.2f} ({r["lowest"]:.2f}-{r["highest"]:.2f})'
                     for r in (result[axis] for axis in ('T', 'batch', 'width')))
            print(f"| {name} '{mode}' | " + ' | '.join(cells) + ' |', flush=True)
            results.append(result)
    pathlib.Path(arguments.output).write_text(json.dumps(results, indent=1) + '\n')


if __name__ == '__main__':
    main()
