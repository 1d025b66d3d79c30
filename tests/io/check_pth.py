"""Reads a file of write_pth.cpp with Python's own zipfile and pickle, and with torch where it is installed.

check_pth.py WRITE_PTH FOLDER
"""

import array
import collections
import pathlib
import pickle
import subprocess
import sys
import zipfile

EXPECTED = {
    'layers.conv1.weight': [float(i) for i in range(12)],
    'layers.conv1.bias': [1.0, 5.0, 9.0],
    'layers.bn1.num_batches_tracked': [5],
    'double': [0.1, 0.1],
}


def elements(size, stride, offset):
    """Positions in a storage of the elements of a view, in order."""
    positions = [offset]
    for n, step in zip(size, stride):
        positions = [p + i * step for p in positions for i in range(n)]
    return positions


class Unpickler(pickle.Unpickler):
    """Allows exactly what torch.load(weights_only=True) allows for a state_dict."""

    def __init__(self, file, archive, prefix):
        super().__init__(file)
        self.archive, self.prefix = archive, prefix

    def find_class(self, module, name):
        if (module, name) == ('collections', 'OrderedDict'):
            return collections.OrderedDict
        if (module, name) == ('torch._utils', '_rebuild_tensor_v2'):
            return lambda storage, offset, size, stride, grad, hooks: [
                storage[i] for i in elements(size, stride, offset)]
        if module == 'torch':
            return {'FloatStorage': 'f', 'DoubleStorage': 'd', 'LongStorage': 'q'}[name]
        raise pickle.UnpicklingError(f'{module}.{name} is not allowed')

    def persistent_load(self, pid):
        kind, typecode, key, device, numel = pid
        assert kind == 'storage' and device == 'cpu'
        storage = array.array(typecode, self.archive.read(f'{self.prefix}/data/{key}'))
        assert len(storage) == numel
        return storage


def main():
    path = pathlib.Path(sys.argv[2]) / 'written_by_us.pth'
    subprocess.run([sys.argv[1], path], check=True)
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None, 'a checksum is wrong'
        pickled = next(name for name in archive.namelist() if name.endswith('/data.pkl'))
        with archive.open(pickled) as file:
            state = Unpickler(file, archive, pickled.rsplit('/', 1)[0]).load()
    assert isinstance(state, collections.OrderedDict)
    assert dict(state) == EXPECTED and list(state) == list(EXPECTED), state
    print('read by pickle and zipfile')
    try:
        import torch
    except ImportError:
        print('torch is not installed: not read by it')
        return
    loaded = torch.load(path, weights_only=True)
    assert {name: tensor.flatten().tolist() for name, tensor in loaded.items()} == EXPECTED
    print('read by torch', torch.__version__)


main()
