"""Trains a configuration in real Qualia and prints the time and loss of every step as JSON.

qualia_side.py train|steps|channels_last|compiled CONFIG.toml THREADS     with data/{train,test}_{x,y}.npy in the folder

`train` is Qualia's own action on Lightning; `steps` runs the TrainerModule's forward, loss, backward and update without
Lightning around them, and in double where the configuration has precision = 64. `channels_last` does so with weights in
that order of memory, `compiled` under torch.compile too: what a user of SpikingJelly could do by hand. Prints one line
of JSON with times of the monotonic clock.
"""

import json
import pathlib
import resource
import sys
import time

import numpy as np
import torch


def write_sets(name):
    """Puts the arrays where Qualia's import_data looks for them, as it writes them itself."""
    from qualia_core.datamodel.RawDataModel import RawData, RawDataModel

    if pathlib.Path('out/data', name).exists():
        return
    sets = {part: RawData(np.load(f'data/{part}_x.npy'), np.load(f'data/{part}_y.npy')) for part in ('train', 'test')}
    RawDataModel(sets=RawDataModel.Sets(**sets), name=name).export()


class Recorder:
    def __init__(self):
        self.begin, self.ends, self.losses, self.peak_kib = 0, [], [], 0

    def step(self, loss):
        self.ends.append(time.monotonic())
        self.losses.append(float(loss))

    def finish(self):
        self.peak_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    def json(self):
        return json.dumps({'begin': self.begin, 'ends': self.ends, 'losses': self.losses, 'peak_kib': self.peak_kib})


def watch(recorder, mode):
    """Hooks into Lightning's Trainer."""
    from lightning.pytorch import Trainer
    from qualia_core.learningframework.PyTorch import PyTorch

    fit = Trainer.fit

    def plain_fit(trainer, module, loader, _valid=None):
        recorder.begin = time.monotonic()
        optimizers, _ = module.configure_optimizers()
        module.train()
        number_type = torch.double if trainer.precision == '64-true' else torch.float
        module.to(number_type)
        bf16 = trainer.precision == 'bf16-mixed'
        if mode in ('channels_last', 'compiled'):
            module.to(memory_format=torch.channels_last)
        if mode == 'compiled':
            module.model = torch.compile(module.model)
        for _ in range(module.max_epochs):
            for x, y in loader:
                x, y = x.to(number_type), y.to(number_type)
                optimizers[0].zero_grad()
                with torch.autocast('cpu', torch.bfloat16, enabled=bf16):
                    loss = module.loss(module(x), y)
                loss.backward()
                optimizers[0].step()
                recorder.step(loss.detach())
        recorder.finish()
        module.float()  # Qualia evaluates in float32

    def watched_fit(trainer, *args, **kwargs):
        recorder.begin = time.monotonic()
        result = fit(trainer, *args, **kwargs)
        recorder.finish()
        return result

    def on_train_batch_end(_module, outputs, _batch, _index):
        recorder.step(outputs['loss'])

    Trainer.fit = watched_fit if mode == 'train' else plain_fit
    PyTorch.TrainerModule.on_train_batch_end = on_train_batch_end


def main():
    mode, config_path, threads = sys.argv[1:]
    torch.set_num_threads(int(threads))
    from qualia_core.main import qualia
    from qualia_core.utils.config import parse_config, validate_config_dict

    config, name = parse_config(pathlib.Path(config_path))
    config = validate_config_dict(config)
    write_sets(config['dataset']['kind'])
    recorder = Recorder()
    watch(recorder, mode)
    qualia('train', config, name)
    print('RESULT ' + recorder.json())


main()
