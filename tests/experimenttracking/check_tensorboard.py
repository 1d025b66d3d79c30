"""Reads the event files of write_events.cpp with TensorBoard's own readers.

check_tensorboard.py WRITE_EVENTS

Runs in a Python with tensorboard, else in that of scripts/bench (compare.py makes it); exit code 77 where neither is
there, or where the build has no protobuf.
"""

import io
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PYTHON = ROOT / '.deps/bench/bin/python'

try:
    import numpy as np
    from PIL import Image
    from tensorboard.backend.event_processing import data_provider, event_accumulator, plugin_event_multiplexer
    from tensorboard.context import RequestContext
    from tensorboard.plugins import base_plugin
    from tensorboard.plugins.hparams import api_pb2, backend_context, list_session_groups
except ImportError:
    if PYTHON.exists() and pathlib.Path(sys.executable) != PYTHON:
        os.execv(PYTHON, [str(PYTHON), *sys.argv])
    print('skipped: no Python with tensorboard')
    sys.exit(77)


def check(condition, text):
    if not condition:
        sys.exit('FAIL ' + text)


def accumulate(folder):
    files = list(folder.glob('events.out.tfevents.*'))
    check(len(files) == 1, f'{folder.name}: {len(files)} event files')
    everything = dict.fromkeys(event_accumulator.DEFAULT_SIZE_GUIDANCE, 0)
    return event_accumulator.EventAccumulator(str(folder), everything).Reload()


def scalars(accumulator):
    return {tag: [(event.step, event.value) for event in accumulator.Scalars(tag)]
            for tag in accumulator.Tags()['scalars']}


def check_scalars(found, name):
    f32 = np.float32
    expected = {
        'train_acc': [(49, 0.25), (99, 0.25)],
        'train_loss': [(49, f32(1 / 50)), (99, f32(1 / 100))],
        'val_acc': [(59, 0.75), (119, 0.75)],
        'lr': [(59, f32(1 / 60)), (119, f32(1 / 120))],
        # Once behind each group of figures.
        'epoch': [(49, 0), (59, 0), (59, 0), (99, 1), (119, 1), (119, 1)],
    }
    check(found == expected, f'{name}: scalars {found}')


def expected_histogram(values):
    """Source: torch.utils.tensorboard.summary.make_histogram."""
    edges, edge = [], 1e-12
    while edge < 1e20:
        edges.append(edge)
        edge *= 1.1
    counts, limits = np.histogram(values, [-e for e in reversed(edges)] + [0] + edges)
    first, last = np.flatnonzero(counts)[[0, -1]]
    return [0, *counts[first:last + 1]], limits[first:last + 2]


def check_histogram(accumulator):
    (event,) = accumulator.Histograms('weights')
    found, values = event.histogram_value, (np.arange(1000) * 37 % 101 - 50) / 8
    counts, limits = expected_histogram(values)
    check(event.step == 3, f'histogram at step {event.step}')
    check(list(found.bucket) == list(counts) and list(found.bucket_limit) == list(limits), 'histogram: buckets')
    figures = (found.min, found.max, found.num, found.sum, found.sum_squares)
    check(figures == (values.min(), values.max(), 1000, values.sum(), values @ values), f'histogram: {figures}')


def check_images(accumulator):
    for tag, height, width, channels in (('grey', 3, 5, 1), ('colours', 17, 16, 3), ('pixel', 1, 1, 3)):
        (event,) = accumulator.Images(tag)
        check((event.step, event.height, event.width) == (3, height, width), f'{tag}: {event.height} x {event.width}')
        y, x, c = np.ogrid[:height, :width, :channels]
        expected = ((y * 7 + x * 5 + c * 11) % 256).astype(np.uint8)
        image = np.asarray(Image.open(io.BytesIO(event.encoded_image_string)))
        check(np.array_equal(image.reshape(expected.shape), expected), f'{tag}: pixels')


def check_hyper_parameters(folder):
    """What the tab HPARAMS asks for."""
    multiplexer = plugin_event_multiplexer.EventMultiplexer().AddRunsFromDirectory(str(folder)).Reload()
    provider = data_provider.MultiplexerDataProvider(multiplexer, str(folder))
    context = backend_context.Context(base_plugin.TBContext(data_provider=provider))
    request = RequestContext()
    metadata = context.hparams_metadata(request, '')
    experiment = context.experiment_from_metadata(request, '', True, metadata, [])
    kinds = {info.name: info.type for info in experiment.hparam_infos}
    check(kinds == {'bias': api_pb2.DATA_TYPE_BOOL, 'epochs': api_pb2.DATA_TYPE_FLOAT64,
                    'lr': api_pb2.DATA_TYPE_FLOAT64, 'neuron': api_pb2.DATA_TYPE_STRING}, f'hyper-parameters: {kinds}')
    metrics = {info.name.tag for info in experiment.metric_infos}
    check({'train_loss', 'val_acc'} <= metrics, f'metrics beside hyper-parameters: {metrics}')
    groups = list_session_groups.Handler(request, context, '', api_pb2.ListSessionGroupsRequest(
        allowed_statuses=[api_pb2.STATUS_SUCCESS], start_index=0, slice_size=10,
        col_params=[api_pb2.ColParams(metric=info.name) for info in experiment.metric_infos])).run().session_groups
    check(len(groups) == 1, f'{len(groups)} sessions that ended well')
    found = {name: value.WhichOneof('kind') and getattr(value, value.WhichOneof('kind'))
             for name, value in groups[0].hparams.items()}
    check(found == {'bias': True, 'epochs': 2, 'lr': 1e-5, 'neuron': 'LIF €'}, f'hyper-parameters: {found}')


def check_yaml(folder):
    text = (folder / 'hparams.yaml').read_text(encoding='utf-8')
    check(text == '"bias": true\n"epochs": 2\n"lr": 1.0e-05\n"neuron": "LIF €"\n', f'hparams.yaml: {text}')
    try:
        import yaml
    except ImportError:
        return
    check(yaml.safe_load(text) == {'bias': True, 'epochs': 2, 'lr': 1e-5, 'neuron': 'LIF €'}, 'hparams.yaml as YAML')


def main():
    with tempfile.TemporaryDirectory() as temporary:
        folder = pathlib.Path(temporary)
        done = subprocess.run([sys.argv[1], temporary], check=False)
        if done.returncode == 77:
            print('skipped: the build has no protobuf')
            return 77
        check(done.returncode == 0, f'write_events ended with {done.returncode}')
        whole = accumulate(folder / 'whole')
        check_scalars(scalars(whole), 'whole')
        check_histogram(whole)
        check_images(whole)
        check_hyper_parameters(folder / 'whole')
        check_yaml(folder / 'whole')
        check_scalars(scalars(accumulate(folder / 'resumed')), 'resumed')
        evaluation = scalars(accumulate(folder / 'evaluation'))
        check(evaluation == {'test_acc': [(0, 0.5)], 'epoch': [(0, 0)]}, f'evaluation: {evaluation}')
        check((folder / 'evaluation/hparams.yaml').read_text() == '{}\n', 'hparams.yaml of the evaluation')
    print('PASS TensorBoard reads scalars, histograms, images and hyper-parameters')
    return 0


sys.exit(main())
