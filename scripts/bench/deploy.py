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
import os
import pathlib
import shutil
import subprocess
import sys
import tomllib

import numpy as np

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


def choose_model(config, name):
    """Returns the position of the model that is followed."""
    names = [model['name'] for model in config['model']]
    if name is not None and name not in names:
        raise SystemExit(f'--model {name}: the configuration has {", ".join(names)}')
    return 0 if name is None else names.index(name)


def others_disabled(config, chosen):
    return [f'--model.{i}.disabled={str(i != chosen).lower()}' for i in range(len(config['model']))]


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


def write_for_qualia(config, chosen, folder, text, images):
    """Writes configuration, weights and data where Qualia looks for them."""
    from qualia_core.datamodel.RawDataModel import RawData, RawDataModel

    work = folder / 'deploy'
    name = config['model'][chosen]['name'] + '_fused_r1.pth'
    (work / 'out/learningmodel').mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / 'out/learningmodel' / name, work / 'out/learningmodel' / name)
    data = folder / 'out/data' / config['dataset']['kind']
    sets = {part: RawData(np.load(data / part / 'data.npy'), np.load(data / part / 'labels.npy'))
            for part in ('train', 'test')}
    here = os.getcwd()
    os.chdir(work)
    RawDataModel(sets=RawDataModel.Sets(**sets), name=config['dataset']['kind']).export()
    os.chdir(here)
    (work / 'config.toml').write_text(text + DEPLOY.format(images=images))


def run_qualia(work, chosen):
    """Returns what deploy_and_evaluate logs of the network."""
    os.chdir(work)
    # The generated project looks for Qualia's packages with the first Python of the path.
    os.environ['PATH'] = f'{pathlib.Path(sys.executable).parent}:{os.environ["PATH"]}'
    from qualia_core.main import qualia
    from qualia_core.utils.config import parse_config, validate_config_dict

    result = None
    for action in ('prepare_deploy', 'deploy_and_evaluate'):
        config, name = parse_config(pathlib.Path('config.toml'))
        config = validate_config_dict(config)
        for i, model in enumerate(config['model']):
            model['disabled'] = i != chosen
        result = qualia(action, config, name)
    return result['evaluate'][-1]


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
    write_for_qualia(config, chosen, folder, text, arguments.images)
    logged = run_qualia(folder / 'deploy', chosen)
    print(f'Qualia on the device: {logged}')
    print(f'{config["model"][chosen]["name"]}: {arguments.images} test images: ours {ours:.4f}, '
          f'C program {float(logged.accuracy):.4f}')


if __name__ == '__main__':
    main()
