#!/usr/bin/env python3
"""Lets real Qualia postprocess the same .pth as our program and compares the tables of operations and energies.

.deps/bench/bin/python scripts/bench/energy.py CONFIG FOLDER [--model NAME] [--single-step]
    [--program build/release/bin/qualia-snn]

FOLDER is where `qualia-snn CONFIG train` ran. Both sides load the trained weights there and run the postprocessings of
CONFIG; with --single-step in SpikingJelly's step mode 's', whatever they were trained in. What they write stays in
FOLDER/energy. Ends with 1 where a figure differs by more than 1e-4 of it.
"""

import argparse
import csv
import pathlib
import shutil
import subprocess
import sys
import tomllib

from qualia_project import choose_model, others_disabled, run_qualia, write_project

BAR = 1e-4
STEPS = ('OperationCounter', 'EnergyEstimationMetric')


def run_ours(arguments, config, chosen, folder, work):
    (work / 'out').mkdir(parents=True)
    (work / 'out/data').symlink_to(folder / 'out/data')
    shutil.copytree(folder / 'out/learningmodel', work / 'out/learningmodel')
    command = [arguments.program.resolve(), arguments.config.resolve(), 'train', *others_disabled(config, chosen)]
    command += [f'--model.{chosen}.{key}' for key in ('load=true', 'train=false', 'evaluate=false')]
    if arguments.single_step:
        command += ['--learningframework.kind=SpikingJelly', f'--model.{chosen}.params.neuron.params.step_mode=s']
    subprocess.run(command, cwd=work, check=True, stdout=subprocess.DEVNULL)


def run_theirs(arguments, config, chosen, folder, work, text):
    def change(settings):
        if arguments.single_step:
            settings['learningframework']['kind'] = 'SpikingJelly'
        settings['learningframework']['params'] = {'accelerator': 'cpu', 'devices': 1, 'enable_progress_bar': False}
        for i, model in enumerate(settings['model']):
            model['disabled'] = i != chosen
            model.update(load=True, train=False, evaluate=False)
            if arguments.single_step and 'neuron' in model['params']:
                model['params']['neuron']['params']['step_mode'] = 's'

    write_project(work, folder, config['dataset']['kind'], f'{config["model"][chosen]["name"]}_r1.pth', text)
    run_qualia(work, 'train', change)


def table(work, step):
    """Returns the one table that a step wrote, by row and column."""
    found, = (work / 'logs').glob(f'*/{step}/*.csv')
    with open(found, newline='') as file:
        return {row.pop('name'): row for row in csv.DictReader(file)}


def compare(ours, theirs):
    """Returns the largest relative difference of two tables, and the cells that are not numbers and differ."""
    if list(ours) != list(theirs):
        raise SystemExit(f'other rows: {list(ours)} beside {list(theirs)}')
    worst, different = 0, []
    for name, row in theirs.items():
        for column, text in row.items():
            try:
                a, b = float(ours[name][column]), float(text)
            except ValueError:
                if ours[name][column] != text:
                    different.append(f'{name}.{column}: {ours[name][column]} beside {text}')
                continue
            if a != b:
                worst = max(worst, abs(a - b) / max(abs(a), abs(b)))
    return worst, different


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n')[0])
    parser.add_argument('config', type=pathlib.Path)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--model')
    parser.add_argument('--single-step', action='store_true')
    parser.add_argument('--program', type=pathlib.Path, default=pathlib.Path('build/release/bin/qualia-snn'))
    arguments = parser.parse_args()
    text = arguments.config.read_text()
    config, folder = tomllib.loads(text), arguments.folder.resolve()
    chosen = choose_model(config, arguments.model)
    shutil.rmtree(folder / 'energy', ignore_errors=True)
    run_ours(arguments, config, chosen, folder, folder / 'energy/ours')
    run_theirs(arguments, config, chosen, folder, folder / 'energy/qualia', text)
    failed = False
    for step in STEPS:
        ours, theirs = table(folder / 'energy/ours', step), table(folder / 'energy/qualia', step)
        worst, different = compare(ours, theirs)
        failed |= worst > BAR or bool(different)
        total = next(column for column in ours['Total'] if column.startswith('total'))
        print(f'{config["model"][chosen]["name"]}, {"s" if arguments.single_step else "as configured"}, {step}: '
              f'{len(ours)} rows, {total} {float(ours["Total"][total]):.6g} beside {float(theirs["Total"][total]):.6g}, '
              f'largest relative difference {worst:.1e}')
        print('\n'.join(different), end='\n' if different else '')
    sys.exit(failed)


if __name__ == '__main__':
    main()
