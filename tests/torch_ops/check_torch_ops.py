"""Compares torch.ops.qualia_snn.multi_step with SpikingJelly: spikes, gradients, states; on a GPU too where there is one.

check_torch_ops.py LIBRARY

Runs in the Python environment of scripts/bench (compare.py makes it) or in one that has the packages itself; exit code
77 where neither is there.
"""

import os
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / '.deps/bench/bin/python'

# SpikingJelly would choose its own CUDA kernels, which round otherwise.
for name in ('IF', 'LIF', 'PLIF', 'QIF', 'EIF', 'IZHIKEVICH'):
    os.environ[f'SJ_{name}_CUDA_IMPLEMENTATION'] = 'torch'

try:
    import torch
    from spikingjelly.activation_based import neuron, surrogate
    from torch._subclasses import FakeTensorMode
except ImportError:
    if PYTHON.exists() and pathlib.Path(sys.executable) != PYTHON:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
    print('skipped: no Python with torch and spikingjelly')
    sys.exit(77)

SURROGATE = 'surrogate = {kind = "ATan", params = {alpha = 2.0}}'
BAR = 2e-6
T = 11


def cases():
    """Name, SpikingJelly's neuron, our kind and params, and the parameters that are learned."""
    atan = surrogate.ATan(alpha=2.0)
    common = {'surrogate_function': atan, 'step_mode': 'm'}
    yield 'IF', neuron.IFNode(v_reset=None, **common), 'IFNode', f'{{v_reset = false, {SURROGATE}}}', []
    yield 'LIF', neuron.LIFNode(tau=2.0, **common), 'LIFNode', f'{{tau = 2.0, {SURROGATE}}}', []
    yield ('LIF, detached', neuron.LIFNode(tau=2.7, decay_input=False, detach_reset=True, **common), 'LIFNode',
           f'{{tau = 2.7, decay_input = false, detach_reset = true, {SURROGATE}}}', [])
    parametric = neuron.ParametricLIFNode(init_tau=2.5, **common)
    yield 'ParametricLIF', parametric, 'ParametricLIFNode', f'{{{SURROGATE}}}', [parametric.w]
    klif = neuron.KLIFNode(tau=2.0, **common)
    yield 'KLIF', klif, 'KLIFNode', f'{{{SURROGATE}}}', [klif.k]
    yield 'QIF', neuron.QIFNode(**common), 'QIFNode', f'{{{SURROGATE}}}', []
    yield 'EIF', neuron.EIFNode(**common), 'EIFNode', f'{{{SURROGATE}}}', []
    yield ('Izhikevich', neuron.IzhikevichNode(a=0.3, b=0.2, **common), 'IzhikevichNode',
           f'{{a = 0.3, b = 0.2, {SURROGATE}}}', [])


def gradients(output, weight, tensors):
    for tensor in tensors:
        tensor.grad = None
    (output * weight).sum().backward()
    return [tensor.grad.clone() for tensor in tensors]


def deviation(a, b):
    return ((a - b).abs().max() / b.abs().max().clamp(min=1e-30)).item()


def check(name, reference, kind, params, learned, device):
    torch.manual_seed(5)
    reference.to(device)
    x = (torch.rand(T, 6, 37, device=device) * 1.6 - 0.2).requires_grad_()
    weight = torch.randn(T, 6, 37, device=device)
    expected = reference(x)
    expected_gradients = gradients(expected, weight, [x, *learned])
    spikes, state = torch.ops.qualia_snn.multi_step(x, kind, params, learned)
    assert torch.equal(spikes, expected), f'{name}: spikes differ'
    assert deviation(state[0], reference.v) <= 2e-5, f'{name}: potentials differ'
    worst = max(map(deviation, gradients(spikes, weight, [x, *learned]), expected_gradients))
    bar = 1e-5 if learned or kind == 'EIFNode' else BAR
    assert worst <= bar, f'{name}: gradients deviate by {worst}'

    # The same in two calls that hand the state on.
    first, state = torch.ops.qualia_snn.multi_step(x[:4], kind, params, learned)
    second, state = torch.ops.qualia_snn.multi_step(x[4:], kind, params, learned, state)
    assert torch.equal(torch.cat([first, second]), expected), f'{name}: spikes in two calls differ'
    print(f'{device} {name}: spikes equal, gradients deviate by {worst:.1e}')


def check_error(words, *arguments):
    try:
        torch.ops.qualia_snn.multi_step(*arguments)
    except RuntimeError as error:
        assert words in str(error), error
    else:
        raise AssertionError(f'no error for {arguments}')


def check_readme(library):
    block = re.search(r'```python\n(.*?)```', (ROOT / 'README.md').read_text(), re.DOTALL)[1]
    names = {'torch': torch, 'x_seq': torch.rand(4, 3), 'w': torch.zeros((), requires_grad=True)}
    exec(block.replace('build/release/lib/libqualia_snn_torch_ops.so', library), names)  # the README's own words
    names['spikes'].sum().backward()
    assert names['w'].grad is not None and names['spikes'].shape == (4, 3)


def check_random():
    """Reading a neuron's params leaves the caller's random numbers alone, also where the neuron draws some."""
    drawn = []
    for alpha in (1.5, 1.5, 2.5):
        torch.manual_seed(0)
        torch.ops.qualia_snn.multi_step(torch.rand(4, 3), 'ATIF', f'{{alpha = {alpha}}}', [torch.ones(1)])
        drawn.append(torch.rand(2))
    assert all(torch.equal(drawn[0], other) for other in drawn[1:])


def main():
    torch.ops.load_library(sys.argv[1])
    check_readme(sys.argv[1])
    for device in ('cpu', *(['cuda'] if torch.cuda.is_available() else [])):
        for case in cases():
            check(*case, device)
    x = torch.rand(4, 3)
    check_random()
    check_error('unknown neuron', x, 'LIFNod')
    check_error('did you mean "tau"', x, 'LIFNode', '{tua = 2.0}')
    check_error('has 1 learned numbers, gets 0', x, 'KLIFNode')
    check_error('expected [T, N, ...]', x[0], 'LIFNode')
    with FakeTensorMode() as mode:
        check_error('wants tensors with memory', mode.from_tensor(x), 'LIFNode')
    check_error('a learned number has size [2]', x, 'KLIFNode', '{}', [torch.ones(2)])
    check_error('a state is on meta', x, 'LIFNode', '{}', [], [torch.empty(3, device='meta')])
    check_error('not one of the neurons with kernels', x, 'PSN', '{T = 4, step_mode = "m"}')


main()
