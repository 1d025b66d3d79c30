"""The networks that compare.py trains, and their data."""

import gzip
import pathlib
import struct

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent

TEMPLATE = '''[bench]
name = "{name}"
seed = 2
first_run = 1
last_run = 1
plugins = ["qualia_plugin_snn"]

[learningframework]
kind = "{framework}"

[learningframework.params]
accelerator = "cpu"
devices = 1
precision = {precision}
metrics = ["acc"]
enable_progress_bar = false
enable_confusion_matrix = false
checkpoint_metric = {{name = "train_acc", mode = "max"}}

[dataset]
kind = "FashionMNIST"
params.path = "data"

[model_template]
kind = "SCNN"
epochs = 1
batch_size = {batch}

[model_template.optimizer]
kind = "Adam"
params.lr = 1e-3

[[model]]
name = "{name}"

[model.params]
{model}
timesteps = {T}

[model.params.neuron]
kind = "{neuron}"
{neuron_params}
params.step_mode = "{step_mode}"
'''

FASHION_MNIST = '''dims = 2
filters = [16, 32]
kernel_sizes = [3, 3]
paddings = [1, 1]
strides = [1, 1]
pool_sizes = [2, 2]
dropouts = 0
fc_units = []
batch_norm = true'''

SVGG16 = '''dims = 2
filters = [64, 64, 128, 128, 256, 256, 256, 512, 512, 512, 512, 512, 512]
kernel_sizes = [3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3]
paddings = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
strides = [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]
pool_sizes = [0, 2, 0, 2, 0, 0, 2, 0, 0, 2, 0, 0, 2]
dropouts = [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
fc_units = [4096, 4096]
batch_norm = true'''

SHD = '''input_shape = [700, 1]
dims = 1
filters = [16, 32, 64]
kernel_sizes = [7, 5, 3]
paddings = [3, 2, 1]
strides = [2, 1, 1]
pool_sizes = [2, 4, 4]
dropouts = [0, 0, 0, 0]
fc_units = [128]
batch_norm = true'''

DVS_GESTURE = '''input_shape = [128, 128, 2]
dims = 2
filters = [16, 32, 64, 64, 128]
kernel_sizes = [3, 3, 3, 3, 3]
paddings = [1, 1, 1, 1, 1]
strides = [1, 1, 1, 1, 1]
pool_sizes = [2, 2, 2, 2, 2]
dropouts = [0, 0, 0, 0, 0, 0]
fc_units = [128]
batch_norm = true'''

IF = 'params.v_threshold = 1.0\nparams.v_reset = false\nparams.detach_reset = true'
LIF = 'params.tau = 2.0\nparams.v_threshold = 1.0\nparams.v_reset = false'

#: name: model, neuron, its params, T, batch, classes, time in the data, steps
WORKLOADS = {
    'fashion_mnist': (FASHION_MNIST, 'LIFNode', LIF, 4, 64, 10, False, 60),
    'svgg16': (SVGG16, 'IFNode', IF, 4, 64, 10, False, 4),
    'shd': (SHD, 'LIFNode', LIF, 6, 256, 20, True, 15),
    'dvs_gesture': (DVS_GESTURE, 'LIFNode', LIF, 8, 16, 11, True, 5),
}


#: What scaling.py makes larger; time per step should grow in proportion.
AXES = ('T', 'batch', 'width')


def fashion_mnist_images(count):
    raw = gzip.open(ROOT / 'data/fashion-mnist/train-images-idx3-ubyte.gz').read(16 + count * 784)
    assert struct.unpack('>I', raw[:4])[0] == 0x803
    return np.frombuffer(raw[16:], np.uint8).reshape(count, 28, 28, 1).astype(np.float32) / 255


def samples(name, count, T, width=1):
    """Inputs as a data set would have them, channels last: real images, or the shape and density of the real set.

    Several widths lie side by side.
    """
    draw = np.random.default_rng(1)
    if name == 'fashion_mnist':
        return np.tile(fashion_mnist_images(count), (1, 1, width, 1))
    if name == 'svgg16':
        return draw.random((count, 32, 32 * width, 3), np.float32)
    if name == 'shd':
        return draw.poisson(0.15, (count, T, 700 * width, 1)).astype(np.float32)
    return draw.poisson(0.1, (count, T, 128, 128 * width, 2)).astype(np.float32)


def targets(count, classes):
    return np.eye(classes, dtype=np.float32)[np.random.default_rng(2).integers(0, classes, count)]


def framework(step_mode, time_in_data):
    return ('SpikingJellyMultiStep' if step_mode == 'm' else 'SpikingJelly') + ('TimeStepsInData' if time_in_data else '')


def wider(name, model, width):
    """Returns the model's parameters for samples that are wider by a factor."""
    shape = list(samples(name, 1, 1, width).shape[2 if WORKLOADS[name][6] else 1:])
    lines = [line for line in model.splitlines() if not line.startswith('input_shape')]
    return '\n'.join([f'input_shape = {shape}', *lines])


def write(name, step_mode, precision, folder, small=False, factors=None):
    """Writes configuration and data of a workload; returns its batch size and number of steps.

    A small one has an eighth of the samples per step, few steps, and a low threshold: losses behind silent neurons
    would not depend on the network. Factors, of AXES, make it larger.
    """
    model, neuron, neuron_params, T, batch, classes, time_in_data, steps = WORKLOADS[name]
    times = {**dict.fromkeys(AXES, 1), **(factors or {})}
    T, batch, width = T * times['T'], batch * times['batch'], times['width']
    if width > 1:
        model = wider(name, model, width)
    if small:
        batch, steps = batch // 8, 3
        neuron_params = neuron_params.replace('v_threshold = 1.0', 'v_threshold = 0.1')
    text = TEMPLATE.format(name=name, framework=framework(step_mode, time_in_data), precision=precision, batch=batch,
                           model=model, T=T, neuron=neuron, neuron_params=neuron_params, step_mode=step_mode)
    folder.mkdir(parents=True)
    (folder / 'config.toml').write_text(text)
    for part, count in (('train', batch * steps), ('test', batch)):
        x, y = samples(name, count, T, width), targets(count, classes)
        (folder / 'data').mkdir(exist_ok=True)
        np.save(folder / f'data/{part}_x.npy', x)
        np.save(folder / f'data/{part}_y.npy', y)
        ours = folder / 'ours/out/data/FashionMNIST' / part
        ours.mkdir(parents=True)
        np.save(ours / 'data.npy', x)
        np.save(ours / 'labels.npy', y)
    return batch, steps
