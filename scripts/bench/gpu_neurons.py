#!/usr/bin/env python3
"""Compares our LIF kernels with those of SpikingJelly on one GPU: prints a Markdown table, writes all of it as JSON.

gpu_neurons.py --library OUR_OPERATORS.so [--older FOLDER] [--device cuda] [--rounds 7] [--output gpu_neurons.json]
gpu_neurons.py --device cpu     tiny sizes, torch operations and (with --library) ours: a test of this script

Wants torch, triton, cupy and SpikingJelly 2.0.0, whose neurons have no `backend` any more: an environment variable
chooses between torch, triton and CUDA kernels built from its sources, and those of CuPy are gone. FOLDER holds an
unpacked SpikingJelly 2.0.0rc1, the last one with CuPy, for the same process. All are called below their LIFNode, with
less Python than a user has, and checked against torch operations in float32 before they are timed. A round times every
backend once; `GPU ms` leaves out what the GPU waits for Python, with the work queued up behind a pause. Several copies
of the input take turns, so that none is found in the cache.
"""

import argparse
import copy
import importlib.metadata
import itertools
import json
import pathlib
import statistics
import subprocess
import sys
import timeit

import torch

CASES = {'cuda': [(4, 1 << 22), (8, 1 << 22), (16, 1 << 22), (32, 1 << 22), (500, 8192)], 'cpu': [(4, 4096), (50, 64)]}
DTYPES = {'fp32': torch.float32, 'fp16': torch.float16}
IDEAL_BYTES = {'fp32': 20, 'fp16': 10}  # read x, write spikes; read their gradient and x again, write that of x
PARAMS = '{tau = 2.0, v_reset = 0.0, surrogate = {kind = "ATan", params = {alpha = 2.0}}}'
WARM_UP, SHORTEST_MS, LONGEST_MS = 5, 20, 2000
OUT_OF_CACHE = {'cuda': 1 << 28, 'cpu': 1 << 20}
PAUSE_CYCLES = 40_000_000
GRADIENT_BAR = 1e-5


def ours(library):
    if not library:
        raise RuntimeError('no --library given')
    torch.ops.load_library(library)
    return lambda x: torch.ops.qualia_snn.multi_step(x, 'LIFNode', PARAMS, [], [])[0]


def spikingjelly(implementation, device, storage=None):
    """What LIFNode calls, with a state in float32 or `storage`. For a half input LIFNode itself takes no kernel."""
    from spikingjelly._ops.lif import _selection
    from spikingjelly.activation_based import functional, surrogate

    atan = surrogate.ATan(2.0)
    if device.type == 'cuda':
        # SJ_LIF_CUDA_IMPLEMENTATION holds for a whole process: here each backend puts its own choice in place.
        chooser = copy.copy(_selection)
        chooser._requested = implementation
        selected = chooser._select(device.index)  # raises why it is not available

    def forward(x):
        if device.type == 'cuda':
            _selection._selections[device.index] = selected  # the backward pass looks there, too
        v = torch.zeros(x.shape[1:], dtype=storage or torch.float32, device=device)
        return functional.lif_multi_step(x, v, 2.0, True, 1.0, 0.0, atan, False, neuron_storage=storage)[0]

    return forward


def import_older(folder):
    """Returns the CuPy neuron of the SpikingJelly in the folder; to be called before the other one is imported."""
    sys.path.insert(0, folder)
    from spikingjelly.activation_based import surrogate
    from spikingjelly.activation_based.cuda_kernel.neuron_kernel.multi_step.lif import lif_multi_step

    sys.path.remove(folder)
    # The two share a name. The kernel imports nothing when it runs, so that it works on without these entries.
    for name in [name for name in sys.modules if name.split('.')[0] == 'spikingjelly']:
        del sys.modules[name]
    atan = surrogate.ATan(2.0)
    return lambda x: lif_multi_step(x, torch.zeros_like(x[0]), True, 2.0, 1.0, 0.0, False, atan)[0]


def cupy(older):
    if not older:
        raise RuntimeError('SpikingJelly 2.0.0 has no CuPy kernels, and no --older given')
    importlib.import_module('cupy')  # its error says more than that of the kernel
    return older


def backends(dtype, library, device, older):
    """Functions that make a forward pass from x to spikes, or raise why there is none."""
    makers = {'ours': lambda: ours(library), 'torch': lambda: spikingjelly('torch', device)}
    if device.type == 'cuda':
        makers |= {'cupy': lambda: cupy(older), 'triton': lambda: spikingjelly('triton', device),
                   'native CUDA': lambda: spikingjelly('cuda', device)}
    if device.type == 'cuda' and dtype == 'fp16':
        makers['triton, state in fp16'] = lambda: spikingjelly('triton', device, torch.float16)
    return makers


def step(forward, x, gradient):
    spikes = forward(x)
    return spikes.detach(), torch.autograd.grad(spikes, x, gradient)[0]


def make_inputs(steps, neurons, dtype, device):
    """Pairs of x and the gradient of the spikes; about a quarter of the neurons fire."""
    generator = torch.Generator(device).manual_seed(1)
    pairs = []
    for _ in range(1 + OUT_OF_CACHE[device.type] // (steps * neurons * dtype.itemsize)):
        x, gradient = (torch.randn(steps, neurons, generator=generator, device=device) for _ in range(2))
        pairs.append(((x + 1).to(dtype).requires_grad_(), gradient.to(dtype)))
    return pairs


def reference(x, gradient):
    """Spikes and gradient by torch operations in float32, in slices so that memory is enough."""
    forward = spikingjelly('torch', x.device)
    parts = [step(forward, a.float().contiguous().requires_grad_(), b.float().contiguous())
             for a, b in zip(x.detach().chunk(8, 1), gradient.chunk(8, 1), strict=True)]
    return torch.cat([spikes.bool() for spikes, _ in parts], 1), torch.cat([part for _, part in parts], 1)


def deviations(result, expected):
    """Compares time step by time step: whole sequences would need whole copies."""
    differing = int(sum((a != b).sum() for a, b in zip(result[0], expected[0], strict=True)))
    worst = torch.stack([(a.float() - b).abs().max() for a, b in zip(result[1], expected[1], strict=True)]).max()
    return {'differing_spikes': differing, 'differing_share': differing / expected[0].numel(),
            'gradient_deviation': float(worst / expected[1].abs().max())}


def peak_mib(run):
    """Highest memory of one repetition above what is there before it: outputs, saved tensors and temporaries."""
    torch.cuda.reset_peak_memory_stats()
    before = torch.cuda.memory_allocated()
    run(0)
    return (torch.cuda.max_memory_allocated() - before) / (1 << 20)


def measure(run, repeats, device, behind_pause=False):
    """Milliseconds of one repetition."""
    if device.type == 'cpu':
        return timeit.timeit(lambda: run(1), number=repeats) * 1e3 / repeats
    start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
    torch.cuda.synchronize()
    if behind_pause:
        torch.cuda._sleep(PAUSE_CYCLES)
    start.record()
    for i in range(repeats):
        run(i)
    end.record()
    torch.cuda.synchronize()
    return start.elapsed_time(end) / repeats


def find_repeats(run, device):
    """Warms up; returns how many repetitions make a measurement."""
    if measure(run, 1, device) > LONGEST_MS:
        raise RuntimeError(f'one repetition takes over {LONGEST_MS} ms')
    measure(run, WARM_UP - 1, device)
    repeats = 1
    while measure(run, repeats, device) * repeats < SHORTEST_MS:
        repeats *= 2
    return repeats


def spread(values):
    return {'median': statistics.median(values), 'lowest': min(values), 'highest': max(values)}


def run_case(result, makers, device, rounds):
    target, source = torch.zeros(2, OUT_OF_CACHE[device.type], dtype=torch.uint8, device=device)
    copy_ms = statistics.median(measure(lambda _: target.copy_(source), 100, device) for _ in range(rounds))
    result['copy_gbs'] = 2e-6 * source.numel() / copy_ms
    inputs = make_inputs(result['steps'], result['neurons'], DTYPES[result['dtype']], device)
    expected = reference(*inputs[0])
    rows, timed = {name: {} for name in makers}, {}
    for name, make in makers.items():
        try:
            forward = make()
            run = lambda i, forward=forward: step(forward, *inputs[i % len(inputs)])
            rows[name] |= deviations(run(0), expected)
            if device.type == 'cuda':
                rows[name]['peak_mib'] = peak_mib(run)
            timed[name] = run, find_repeats(run, device)
        except Exception as error:  # out of memory or anything else: the other backends are measured all the same
            message = ' '.join(str(error).replace('|', '/').split())[:200]
            rows[name]['reason'] = f': not available: {type(error).__name__}: {message}'
            torch.cuda.empty_cache()
    times = {key: {name: [] for name in timed} for key in ('ms', 'gpu_ms')}
    for _, (name, (run, repeats)) in itertools.product(range(rounds), timed.items()):
        times['ms'][name].append(measure(run, repeats, device))
        # Few, for the queue of a GPU has room for about a thousand launches.
        times['gpu_ms'][name].append(measure(run, min(repeats, 20), device, behind_pause=True))
    ideal = IDEAL_BYTES[result['dtype']] * result['steps'] * result['neurons']
    for name, (key, values) in itertools.product(timed, times.items()):
        rows[name][key] = spread(values[name])
        rows[name]['ideal_gbs'] = ideal * 1e-6 / rows[name]['ms']['median']
        rows[name]['copy_share'] = rows[name]['ideal_gbs'] / result['copy_gbs']
        if 'ours' in timed:
            rows[name][f'{key}_over_ours'] = spread([a / b for a, b in zip(values[name], values['ours'])])
    return result | {'firing_share': float(expected[0].float().mean()), 'backends': rows}


SPREAD = '{0[median]:.3f} ({0[lowest]:.3f}-{0[highest]:.3f})'
COLUMNS = {'ms': ('ms', SPREAD), 'gpu_ms': ('GPU ms', SPREAD),
           'ms_over_ours': ('time / ours (aims: triton / ours >= 1.3, cupy / ours >= 2)', SPREAD),
           'gpu_ms_over_ours': ('GPU time / ours', SPREAD), 'ideal_gbs': ('GB/s of ideal bytes', '{:.0f}'),
           'copy_share': ('share of a copy', '{:.2f}'), 'peak_mib': ('peak above inputs, MiB', '{:.0f}'),
           'differing_spikes': ('spikes that differ', '{}'), 'differing_share': ('their share', '{:.1e}'),
           'gradient_deviation': ('gradient deviation', '{:.1e}')}


def print_rows(result):
    for name, row in result['backends'].items():
        cells = [f'T={result["steps"]} N={result["neurons"]} {result["dtype"]}', name + row.get('reason', '')]
        cells += [form.format(row[key]) if key in row else '' for key, (_, form) in COLUMNS.items()]
        print('| ' + ' | '.join(cells) + ' |', flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('--library', help='shared object with the operator qualia_snn::multi_step')
    parser.add_argument('--older', help='folder with an unpacked SpikingJelly 2.0.0rc1, for its CuPy kernels')
    parser.add_argument('--device', choices=['cuda', 'cpu'], default='cuda')
    parser.add_argument('--rounds', type=int, default=7)
    parser.add_argument('--output', type=pathlib.Path, default='gpu_neurons.json')
    arguments = parser.parse_args()
    if arguments.device == 'cuda' and not torch.cuda.is_available():
        print('skipped: no GPU')
        sys.exit(77)
    older = import_older(arguments.older) if arguments.older else None
    device = torch.device(arguments.device, 0)
    versions = {package.name: package.version for package in importlib.metadata.distributions()
                if package.name.split('-')[0] in ('torch', 'triton', 'cupy', 'spikingjelly')}
    report = {'device': torch.cuda.get_device_name(device) if device.type == 'cuda' else 'cpu',
              'driver': subprocess.getoutput('nvidia-smi --query-gpu=driver_version --format=csv,noheader'),
              'cuda': torch.version.cuda, 'versions': versions, 'older': arguments.older, 'results': []}
    titles = ['case', 'backend'] + [title for title, _ in COLUMNS.values()]
    print(json.dumps(report), '', '| ' + ' | '.join(titles) + ' |', '|---' * len(titles) + '|', sep='\n', flush=True)
    for dtype, (steps, neurons) in itertools.product(DTYPES, CASES[device.type]):
        makers = backends(dtype, arguments.library, device, older)
        result = run_case({'steps': steps, 'neurons': neurons, 'dtype': dtype}, makers, device, arguments.rounds)
        print_rows(result)
        report['results'].append(result)
        arguments.output.write_text(json.dumps(report, indent=1) + '\n')
    for result in report['results']:
        row = result['backends']['ours']
        exact = not row.get('differing_spikes') and row.get('gradient_deviation', 0) <= GRADIENT_BAR
        if result['dtype'] == 'fp32' and not exact:  # in half precision, rounding may flip spikes
            sys.exit('in fp32, our spikes or gradients differ from those of SpikingJelly')


if __name__ == '__main__':
    main()
