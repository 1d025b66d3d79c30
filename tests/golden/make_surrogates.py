#!/usr/bin/env python3
"""Writes golden cases of surrogates from the real SpikingJelly: make_surrogates.py, in the environment of
scripts/bench/compare.py. The format is that of the other surrogate cases (README.md)."""

import json
import pathlib
import struct

import torch
from spikingjelly.activation_based import surrogate

CASES = [
    ('PiecewiseExp', {'alpha': 1.5}), ('SuperSpike', {'alpha': 2.0}), ('NonzeroSignLogAbs', {'alpha': 1.5}),
    ('PiecewiseLeakyReLU', {'w': 0.7, 'c': 0.02}), ('SquarewaveFourierSeries', {'n': 4, 'T_period': 6.0}),
    ('S2NN', {'alpha': 3.0, 'beta': 0.8}), ('QPseudoSpike', {'alpha': 3.0}), ('LeakyKReLU', {'leak': 0.1, 'k': 0.9}),
    ('FakeNumericalGradient', {'alpha': 0.3}), ('LogTailedReLU', {'alpha': 0.1}), ('DeterministicPass', {}),
]


def safetensors(tensors):
    header, data = {}, b''
    for name, tensor in tensors.items():
        raw = tensor.detach().contiguous().numpy().tobytes()
        header[name] = {'dtype': 'F32', 'shape': list(tensor.shape), 'data_offsets': [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    text += b' ' * (-len(text) % 8)
    return struct.pack('<Q', len(text)) + text + data


def main():
    for number, (kind, params) in enumerate(CASES):
        seed = 1800 + number
        generator = torch.Generator().manual_seed(seed)
        x = torch.cat([torch.linspace(-4, 4, 128), torch.randn(33, generator=generator)]).requires_grad_()
        grad_out = torch.randn(x.shape, generator=generator)
        y = getattr(surrogate, kind)(**params)(x)
        y.backward(grad_out)
        folder = pathlib.Path(__file__).resolve().parent / f'surrogate_{kind.lower()}'
        folder.mkdir(exist_ok=True)
        (folder / 'tensors.safetensors').write_bytes(
            safetensors({'x': x, 'grad_out': grad_out, 'y': y, 'grad_x': x.grad}))
        lines = [f'{key} = {json.dumps(value)}' for key, value in params.items()]
        (folder / 'case.toml').write_text('\n'.join(
            ['[surrogate]', f'kind = "{kind}"', '', '[surrogate.params]', *lines, '', '[golden]', 'format = 1',
             'family = "surrogate"', 'has_primitive = false', f'seed = {seed}', '', '[golden.versions]',
             f'torch = "{torch.__version__.split("+")[0]}"', 'spikingjelly = "2.0.0"', '']))


main()
