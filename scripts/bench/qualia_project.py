"""What scripts that hand a network of ours to real Qualia share: its folder, its weights, its actions."""

import os
import pathlib
import shutil
import sys

import numpy as np


def choose_model(config, name):
    """Returns the position of the model that is followed."""
    names = [model['name'] for model in config['model']]
    if name is not None and name not in names:
        raise SystemExit(f'--model {name}: the configuration has {", ".join(names)}')
    return 0 if name is None else names.index(name)


def others_disabled(config, chosen):
    """Returns the arguments of our program that leave one model."""
    return [f'--model.{i}.disabled={str(i != chosen).lower()}' for i in range(len(config['model']))]


def write_project(work, folder, dataset, weights, text):
    """Writes configuration, weights and data of `folder`, where our program ran, to where Qualia looks for them."""
    from qualia_core.datamodel.RawDataModel import RawData, RawDataModel

    (work / 'out/learningmodel').mkdir(parents=True, exist_ok=True)
    shutil.copy(folder / 'out/learningmodel' / weights, work / 'out/learningmodel' / weights)
    data = folder / 'out/data' / dataset
    sets = {part: RawData(np.load(data / part / 'data.npy'), np.load(data / part / 'labels.npy'))
            for part in ('train', 'test')}
    here = os.getcwd()
    os.chdir(work)
    RawDataModel(sets=RawDataModel.Sets(**sets), name=dataset).export()
    os.chdir(here)
    (work / 'config.toml').write_text(text)


def run_qualia(work, action, change):
    """Runs an action of Qualia in a project's folder, on its configuration after `change`; returns its loggers."""
    # What it generates looks for Qualia's packages with the first Python of the path.
    os.environ['PATH'] = f'{pathlib.Path(sys.executable).parent}:{os.environ["PATH"]}'
    from qualia_core.main import qualia
    from qualia_core.utils.config import parse_config, validate_config_dict

    here = os.getcwd()
    os.chdir(work)
    try:
        config, name = parse_config(pathlib.Path('config.toml'))
        config = validate_config_dict(config)
        change(config)
        # Without these it starts Python, and this script, once more.
        os.environ.update(PYTHONHASHSEED=str(config['bench']['seed']), CUBLAS_WORKSPACE_CONFIG=':4096:8')
        return qualia(action, config, name)
    finally:
        os.chdir(here)
