"""Writes optimizer_traces.txt and scheduler_traces.txt beside itself, from torch.optim of Python (torch 2.11.0, CPU).

write_traces.py CUSTOM_SCHEDULER: the file qualia_core/learningframework/CustomScheduler.py of qualia-core 2.6.0
"""

import importlib.util
import pathlib
import sys
import types
import warnings

import torch

HERE = pathlib.Path(__file__).resolve().parent
# RAdam is rectified from its sixth step on.
STEPS, EPOCHS, BASE, MOMENTUM = 8, 30, 0.3, 0.5

OPTIMIZERS = [
    'SGD', 'SGD lr = 0.1, momentum = 0.9', 'SGD lr = 0.1, momentum = 0.8, dampening = 0.25, weight_decay = 0.125',
    'SGD lr = 0.05, momentum = 0.7, nesterov = true, maximize = true', 'SGD weight_decay = 0.5, foreach = true',
    'Adam', 'Adam lr = 0.05, betas = [0.7, 0.95], eps = 0.001, weight_decay = 0.25',
    'Adam lr = 0.05, betas = [0.7, 0.5], amsgrad = true, maximize = true, weight_decay = 0.25',
    'Adam lr = 0.05, decoupled_weight_decay = true, weight_decay = 0.25',
    'AdamW', 'AdamW lr = 0.05, weight_decay = 0.25, amsgrad = true, betas = [0.8, 0.5], maximize = true',
    'RAdam', 'RAdam lr = 0.05, betas = [0.8, 0.95], eps = 0.001, weight_decay = 0.25',
    'RAdam lr = 0.05, betas = [0.8, 0.9], decoupled_weight_decay = true, weight_decay = 0.25, maximize = true',
    'NAdam', 'NAdam lr = 0.05, betas = [0.8, 0.95], eps = 0.001, weight_decay = 0.25, momentum_decay = 0.5',
    'NAdam lr = 0.05, decoupled_weight_decay = true, weight_decay = 0.25, maximize = true',
    'Adamax', 'Adamax lr = 0.05, betas = [0.8, 0.5], eps = 0.001, weight_decay = 0.25, maximize = true',
    'RMSprop', 'RMSprop lr = 0.05, alpha = 0.8, eps = 0.001, weight_decay = 0.25, centered = true',
    'RMSprop lr = 0.05, momentum = 0.75, maximize = true',
    'RMSprop lr = 0.05, alpha = 0.8, momentum = 0.75, centered = true, eps = 0.01',
    'Adagrad', 'Adagrad lr = 0.5, lr_decay = 0.25, weight_decay = 0.25, initial_accumulator_value = 0.5, eps = 0.01',
    'Adagrad lr = 0.5, maximize = true, weight_decay = 0.5',
]
SCHEDULERS = [
    'StepLR step_size = 1', 'StepLR step_size = 7, gamma = 0.3',
    'MultiStepLR milestones = [20, 3, 9, 9, 9], gamma = 0.7', 'MultiStepLR milestones = [0, 4, 0]',
    'MultiStepLR milestones = []',
    'ConstantLR', 'ConstantLR factor = 0.7, total_iters = 11', 'ConstantLR total_iters = 0',
    'ExponentialLR gamma = 0.93',
    'LinearLR', 'LinearLR start_factor = 0.9, end_factor = 0.0, total_iters = 17', 'LinearLR total_iters = 0',
    'PolynomialLR', 'PolynomialLR total_iters = 23, power = 2.5', 'PolynomialLR total_iters = 0',
    'CosineAnnealingLR T_max = 7, eta_min = 0.01', 'CosineAnnealingLR T_max = 30', 'CosineAnnealingLR T_max = 1',
    'CosineAnnealingWarmRestarts T_0 = 4', 'CosineAnnealingWarmRestarts T_0 = 3, T_mult = 2, eta_min = 0.01',
    'OneCycleLR max_lr = 0.7, total_steps = 30', 'OneCycleLR max_lr = [0.7], total_steps = 29, pct_start = 0.0',
    'OneCycleLR max_lr = 0.7, epochs = 5, steps_per_epoch = 6, pct_start = 0.45, anneal_strategy = "linear", '
    'div_factor = 7, final_div_factor = 3.0, base_momentum = 0.6, max_momentum = [0.9]',
    'OneCycleLR max_lr = 0.7, total_steps = 31, three_phase = true, pct_start = 0.4, base_momentum = 0.1',
    'OneCycleLR max_lr = 0.7, total_steps = 30, three_phase = true, pct_start = 0.77, cycle_momentum = false',
    'SinDescent epoch = 30, lrf = 0.001', 'SinDescent epoch = 25, pme = 0.5, w = 3, lr0 = 0.04, lrf = 0.5',
    'SinDescent lrf = 0.2',
]


def arguments(text):
    values = {'true': True, 'false': False}
    return eval(f'dict({text})', values)  # TOML's scalars and lists are Python's, but for booleans


def initial():
    return torch.tensor([(7 * i % 9 - 4) / 4 for i in range(9)])


def gradient(step):
    return torch.tensor([((5 * i + 3 * step) % 11 - 5) / 4 for i in range(9)])


def optimizer_trace(kind, text):
    parameter = torch.nn.Parameter(initial())
    optimizer = getattr(torch.optim, kind)([parameter], **arguments(text))
    for step in range(STEPS):
        parameter.grad = gradient(step)
        optimizer.step()
        yield ' '.join(f'{value:.9g}' for value in parameter.tolist())


def load_sin_descent(path):
    package = types.ModuleType('qualia_core.typing')  # the one name that the file wants from its package
    package.TYPE_CHECKING = False
    sys.modules['qualia_core'] = types.ModuleType('qualia_core')
    sys.modules['qualia_core.typing'] = package
    spec = importlib.util.spec_from_file_location('custom_scheduler', path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.SinDescent


def scheduler_trace(scheduler, text):
    optimizer = torch.optim.SGD([torch.nn.Parameter(initial())], lr=BASE, momentum=MOMENTUM)
    scheduler = scheduler(optimizer, **arguments(text))
    rates, momenta = [], []
    for epoch in range(EPOCHS):
        if epoch > 0:
            scheduler.step()
        rates.append(optimizer.param_groups[0]['lr'])
        momenta.append(optimizer.param_groups[0]['momentum'])
    yield ' '.join(map(repr, rates))
    if set(momenta) != {MOMENTUM}:
        yield ' '.join(map(repr, momenta))


def main():
    warnings.simplefilter('ignore')
    sin_descent = load_sin_descent(sys.argv[1])
    with (HERE / 'optimizer_traces.txt').open('w') as file:
        print('# Written by write_traces.py: a kind and its params, then the 9 weights after each of 8 steps.', file=file)
        for case in OPTIMIZERS:
            kind, _, text = case.partition(' ')
            print(case, *optimizer_trace(kind, text), sep='\n', file=file)
    with (HERE / 'scheduler_traces.txt').open('w') as file:
        print('# Written by write_traces.py: a kind and its params, then the learning rates of 30 epochs of SGD with '
              'lr = 0.3, momentum = 0.5, then its momenta where they change.', file=file)
        for case in SCHEDULERS:
            kind, _, text = case.partition(' ')
            scheduler = sin_descent if kind == 'SinDescent' else getattr(torch.optim.lr_scheduler, kind)
            print(case, *scheduler_trace(scheduler, text), sep='\n', file=file)


main()
