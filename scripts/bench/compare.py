#!/usr/bin/env python3
"""Trains the same networks in real Qualia and here, and prints how they compare.

compare.py [--workloads NAME ...] [--modes s m] [--rounds 3] [--threads 2] [--precision 32] [--peers]
           [--output compare.json]

The first call makes a Python environment with Qualia in .deps/bench, in which the script runs. Same network, data,
order of samples, batch and threads; a round runs Qualia's `train`, Qualia's TrainerModule steps without Lightning, and
ours, one after the other. Losses must agree before a ratio is printed: in double, on an eighth of the batch and with a
low threshold, so that spikes reach the output and rounding flips none. In single precision it does, and a flipped spike
moves all that follows: those losses are written down beside each other. With --peers a round also runs the steps with
weights in channels-last order, as they are and under torch.compile. Needs a release build with bench_train.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VENV = ROOT / '.deps/bench'
SKIPPED_STEPS = 2
LOSS_BAR = 1e-10
PEERS = ('channels_last', 'compiled')


def make_venv():
    """Returns the Python of an environment with the pinned packages."""
    python = VENV / 'bin/python'
    done = VENV / 'requirements.txt'
    wanted = (HERE / 'requirements.txt').read_text()
    if not done.exists() or done.read_text() != wanted:
        subprocess.run([sys.executable, '-m', 'venv', '--clear', VENV], check=True)
        subprocess.run([VENV / 'bin/pip', 'install', '-q', '-r', HERE / 'requirements.txt'], check=True)
        done.write_text(wanted)
    return python


def run(command, folder, threads):
    """Runs one side; returns its measurements, with times from the start of its process."""
    environment = {**os.environ, 'OMP_NUM_THREADS': str(threads), 'MKL_NUM_THREADS': str(threads)}
    start = time.monotonic()
    done = subprocess.run([str(word) for word in command], cwd=folder, env=environment, capture_output=True, text=True,
                          check=False)
    if done.returncode != 0:
        sys.exit(f'{command} ended with {done.returncode}\n{done.stdout[-3000:]}{done.stderr[-3000:]}')
    line = next(line for line in done.stdout.splitlines() if line.startswith('RESULT '))
    result = json.loads(line.removeprefix('RESULT '))
    ends = result['ends']
    times = [b - a for a, b in zip(ends[SKIPPED_STEPS - 1:], ends[SKIPPED_STEPS:])]
    return {'step': statistics.median(times), 'first_step': ends[0] - start, 'peak_mib': result['peak_kib'] / 1024,
            'losses': result['losses']}


def check_losses(name, mode, arguments, folder):
    """The losses of three training steps in double follow each other: same forward pass, gradients and updates."""
    command = [sys.executable, HERE / 'qualia_side.py', 'steps', folder / 'config.toml', arguments.threads]
    reference = run(command, folder, arguments.threads)['losses']
    ours = run([arguments.program, folder / 'config.toml', '--bench.reproduce=qualia'], folder / 'ours',
               arguments.threads)['losses']
    for step, (a, b) in enumerate(zip(ours, reference, strict=True)):
        if not abs(a - b) <= LOSS_BAR * max(1, abs(b)):
            sys.exit(f"{name} '{mode}': the losses of step {step + 1} in double differ: {a} here, {b} in Qualia")
    return {'ours': ours, 'qualia': reference}


def check_alive(results):
    """Batch norm tells 's' from 'm', unless no spike reaches the output: then equal losses would say nothing."""
    name = results[-1]['workload']
    losses = [result['losses_in_double']['qualia'] for result in results if result['workload'] == name]
    if len(losses) == 2 and losses[0] == losses[1]:
        sys.exit(f"{name}: 's' and 'm' have the same losses, no spike reaches the output")


def cpu_name():
    lines = pathlib.Path('/proc/cpuinfo').read_text().splitlines()
    return next((line.split(':')[1].strip() for line in lines if line.startswith('model name')), 'unknown')


def spread(values):
    return {'median': statistics.median(values), 'lowest': min(values), 'highest': max(values)}


def measure(name, mode, arguments):
    import workloads  # wants numpy, which the environment has

    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary) / name
        batch, steps = workloads.write(name, mode, json.dumps(arguments.precision), folder)
        workloads.write(name, mode, 64, folder / 'double', small=True)
        in_double = check_losses(name, mode, arguments, folder / 'double')
        in_python = ['train', 'steps', *(PEERS if arguments.peers else ())]
        sides = {side: [] for side in in_python} | {'ours': []}
        for _ in range(arguments.rounds):
            for side in in_python:
                command = [sys.executable, HERE / 'qualia_side.py', side, folder / 'config.toml', arguments.threads]
                sides[side].append(run(command, folder, arguments.threads))
            command = [arguments.program, folder / 'config.toml', '--bench.reproduce=qualia']
            sides['ours'].append(run(command, folder / 'ours', arguments.threads))
    sides['qualia'] = sides.pop('train')
    losses = {side: rounds[-1]['losses'][:3] for side, rounds in sides.items()}
    result = {'cpu': cpu_name(), 'threads': arguments.threads, 'workload': name, 'mode': mode, 'batch': batch,
              'steps': steps, 'precision': arguments.precision, 'losses': losses, 'losses_in_double': in_double}
    for side, rounds in sides.items():
        result[side] = {key: spread([r[key] for r in rounds]) for key in ('step', 'first_step', 'peak_mib')}
    for key in ('step', 'first_step', 'peak_mib'):
        result[f'ratio_{key}'] = spread([a[key] / b[key] for a, b in zip(sides['qualia'], sides['ours'])])
    for side in ('steps', *(PEERS if arguments.peers else ())):
        result[f'ratio_{side}'] = spread([a['step'] / b['step'] for a, b in zip(sides[side], sides['ours'])])
    return result


def row(result):
    def ratio(key):
        r = result[key]
        return f'{r["median"]:.2f} ({r["lowest"]:.2f}-{r["highest"]:.2f})'

    ours, qualia = result['ours'], result['qualia']
    memory = result['ratio_peak_mib']
    peers = ''.join(f' | {ratio(f"ratio_{peer}")}, first step {result[peer]["first_step"]["median"]:.0f} s'
                    for peer in PEERS if f'ratio_{peer}' in result)
    return (f'| {result["workload"]} \'{result["mode"]}\' | {qualia["step"]["median"] * 1e3:.1f} '
            f'| {ours["step"]["median"] * 1e3:.1f} | {result["batch"] / ours["step"]["median"]:.0f} '
            f'| {ratio("ratio_step")} | {ratio("ratio_steps")} | {ratio("ratio_first_step")} '
            f'| {ours["peak_mib"]["median"]:.0f} ({1 / memory["median"]:.2f}){peers} |')


def header(peers):
    """Returns the head of the table of `row`."""
    names = ['workload', 'Qualia, ms per step', 'ours, ms per step', 'ours, samples/s', 'ratio',
             'ratio without Lightning', 'start to first step, ratio', "ours, peak MiB (share of Qualia's)"]
    names += ['ratio, channels-last weights', 'ratio, compiled too'] if peers else []
    return '| ' + ' | '.join(names) + ' |\n' + '|---' * len(names) + '|'


def chart(results):
    """Bars of the ratios as SVG, with the lowest and highest of the rounds; the dashed line is Qualia's speed."""
    scale, height = 120, 26
    width = 260 + scale * max(result['ratio_step']['highest'] for result in results) + 60
    lines = [f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{height * len(results) + 40}" '
             'font-family="sans-serif" font-size="13">', '<style>text{fill:#777}</style>']
    for i, result in enumerate(results):
        ratio, y = result['ratio_step'], 10 + i * height
        low, end, high = (220 + scale * ratio[key] for key in ('lowest', 'median', 'highest'))
        lines += [f'<text x="210" y="{y + 15}" text-anchor="end">{result["workload"]} \'{result["mode"]}\'</text>',
                  f'<rect x="220" y="{y}" width="{scale * ratio["median"]:.1f}" height="18" fill="#3b7dd8"/>',
                  f'<line x1="{low:.1f}" x2="{high:.1f}" y1="{y + 9}" y2="{y + 9}" stroke="#777"/>',
                  f'<text x="{max(end, high) + 6:.1f}" y="{y + 14}">{ratio["median"]:.2f}</text>']
    bottom = 10 + height * len(results)
    lines += [f'<line x1="{220 + scale}" x2="{220 + scale}" y1="4" y2="{bottom}" stroke="#777" stroke-dasharray="4"/>',
              f'<text x="220" y="{bottom + 18}">training steps per second, Qualia = 1</text>', '</svg>']
    return '\n'.join(lines) + '\n'


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--workloads', nargs='+', default=['fashion_mnist', 'svgg16', 'shd', 'dvs_gesture'])
    parser.add_argument('--modes', nargs='+', default=['s', 'm'], choices=['s', 'm'])
    parser.add_argument('--rounds', type=int, default=3)
    parser.add_argument('--threads', type=int, default=2)
    parser.add_argument('--precision', type=json.loads, default=32)
    parser.add_argument('--peers', action='store_true')
    parser.add_argument('--output', default='compare.json')
    parser.add_argument('--program', default=ROOT / 'build/release/bin/bench_train')
    arguments = parser.parse_args()
    python = make_venv()
    if pathlib.Path(sys.executable) != python:
        os.execv(python, [python, __file__, *sys.argv[1:]])
    arguments.program = pathlib.Path(arguments.program).resolve()
    results = []
    print(header(arguments.peers), flush=True)
    for name in arguments.workloads:
        for mode in arguments.modes:
            results.append(measure(name, mode, arguments))
            print(row(results[-1]), flush=True)
        check_alive(results)
    output = pathlib.Path(arguments.output)
    output.write_text(json.dumps(results, indent=1) + '\n')
    output.with_suffix('.svg').write_text(chart(results))


if __name__ == '__main__':
    main()
