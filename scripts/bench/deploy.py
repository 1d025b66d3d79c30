#!/usr/bin/env python3
"""Follows a network of ours to the device's code: gives its .pth to Qualia's prepare_deploy and deploy_and_evaluate for
Linux, and compares the accuracy of the C program with that of our own predictions.

.deps/bench/bin/python scripts/bench/deploy.py CONFIG FOLDER [--model NAME] [--images 500]
    [--program build/release/bin/qualia-snn]

FOLDER is where `qualia-snn CONFIG train` ran, with FuseBatchNorm and export = true among the postprocessings. What Qualia
writes stays in FOLDER/deploy.
"""

import argparse
import csv
import pathlib
import shutil
import subprocess
import tomllib

import numpy as np
from qualia_project import choose_model, others_disabled, run_qualia, write_project

DEPLOY = '''
[deploy]
target = "Linux"
quantize = ["float32"]
optimize = [""]
compress = [1]
limit = {images}

[deploy.converter]
kind = "QualiaCodeGen"
params.timestep_mode = "duplicate"
'''


def our_accuracy(arguments, config, chosen, folder, images):
    """Returns the accuracy of `predict` on the first test images."""
    test = folder / 'out/data' / config['dataset']['kind'] / 'test'
    x, y = np.load(test / 'data.npy')[:images], np.load(test / 'labels.npy')[:images]
    np.save(folder / 'deploy/x.npy', x)
    command = [arguments.program.resolve(), arguments.config.resolve(), 'predict', '--input', 'deploy/x.npy', '--output',
               'deploy/predictions.csv', *others_disabled(config, chosen)]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    with open(folder / 'deploy/predictions.csv', newline='') as file:
        classes = np.array([int(row['class']) for row in csv.DictReader(file)])
    return float((classes == y.argmax(1)).mean())


def accuracy_on_device(work, chosen):
    """Returns what deploy_and_evaluate logs of the network."""
    def only_chosen(config):
        for i, model in enumerate(config['model']):
            model['disabled'] = i != chosen

    run_qualia(work, 'prepare_deploy', only_chosen)
    return run_qualia(work, 'deploy_and_evaluate', only_chosen)['evaluate'][-1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n\n')[0])
    parser.add_argument('config', type=pathlib.Path)
    parser.add_argument('folder', type=pathlib.Path)
    parser.add_argument('--model')
    parser.add_argument('--images', type=int, default=500)
    parser.add_argument('--program', type=pathlib.Path, default=pathlib.Path('build/release/bin/qualia-snn'))
    arguments = parser.parse_args()
    text = arguments.config.read_text()
    config, folder = tomllib.loads(text), arguments.folder.resolve()
    chosen = choose_model(config, arguments.model)
    shutil.rmtree(folder / 'deploy', ignore_errors=True)
    (folder / 'deploy').mkdir(parents=True)
    ours = our_accuracy(arguments, config, chosen, folder, arguments.images)
    name = config['model'][chosen]['name']
    write_project(folder / 'deploy', folder, config['dataset']['kind'], f'{name}_fused_r1.pth',
                  text + DEPLOY.format(images=arguments.images))
    logged = accuracy_on_device(folder / 'deploy', chosen)
    print(f'Qualia on the device: {logged}')
    print(f'{name}: {arguments.images} test images: ours {ours:.4f}, '
          f'C program {float(logged.accuracy):.4f}')


if __name__ == '__main__':
    main()
