#!/usr/bin/env python3
"""Writes the files in fixtures/ with NumPy 2, python-blosc2 and Python's standard packages; run once, output committed.

The pickles of CIFAR-10 are what Python 2 wrote (cPickle, protocol 2), opcode by opcode, as the published files have it;
those of CIFAR-100 come from Python 3: protocol 5, and protocol 2 where bytes are text in latin1. Pixel k of image i of a
file is (i + 7 * k) % 256, k counting channels first.
"""

import pathlib
import pickle
import struct

import blosc2
import numpy as np

FOLDER = pathlib.Path(__file__).resolve().parent / 'fixtures'


def pixels(images):
    k = np.arange(3072)
    return np.stack([(i + 7 * k) % 256 for i in range(images)]).astype(np.uint8)


def python2_string(text):
    return b'U' + bytes([len(text)]) + text if len(text) < 256 else b'T' + struct.pack('<i', len(text)) + text


def python2_array(array):
    n, columns = array.shape
    state = (b'(K\x01K' + bytes([n]) + b'M' + struct.pack('<H', columns) + b'\x86q\x0ccnumpy\ndtype\nq\rU\x02u1q\x0e'
             b'K\x00K\x01\x87q\x0fRq\x10(K\x03U\x01|q\x11NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tq\x12b\x89')
    return (b'cnumpy.core.multiarray\n_reconstruct\nq\x07cnumpy\nndarray\nq\x08K\x00\x85q\tU\x01b\x87q\nRq\x0b'
            + state + python2_string(array.tobytes()) + b'q\x13tq\x14b')


def python2_batch(name, images, labels):
    return (b'\x80\x02}q\x01(U\x0bbatch_labelq\x02' + python2_string(name) + b'q\x03U\x06labelsq\x04]q\x05('
            + b''.join(b'K' + bytes([label]) for label in labels) + b'eU\x04dataq\x06' + python2_array(images)
            + b'U\tfilenamesq\x15]q\x16(' + b''.join(python2_string(b'image_%d.png' % i) for i in labels) + b'eu.')


def main():
    cifar10 = FOLDER / 'cifar-10-batches-py'
    cifar100 = FOLDER / 'cifar-100-python'
    for folder in (cifar10, cifar100):
        folder.mkdir(parents=True, exist_ok=True)
    for i in range(1, 6):
        labels = [9, 1] if i == 1 else [i]
        batch = python2_batch(b'training batch %d of 5' % i, pixels(len(labels)), labels)
        (cifar10 / f'data_batch_{i}').write_bytes(batch)
    (cifar10 / 'test_batch').write_bytes(python2_batch(b'testing batch 1 of 1', pixels(1), [0]))

    train = {b'filenames': [b'a.png', b'b.png'], b'batch_label': b'training batch 1 of 1', b'fine_labels': [99, 19],
             b'coarse_labels': [19, 11], b'data': pixels(2)}
    test = {b'filenames': [b'c.png'], b'fine_labels': np.array([7]), b'coarse_labels': [np.int64(3)], b'data': pixels(1)}
    (cifar100 / 'train').write_bytes(pickle.dumps(train, protocol=5))
    (cifar100 / 'test').write_bytes(pickle.dumps(test, protocol=2))
    (FOLDER / 'python3.pickle').write_bytes(pickle.dumps(
        {'f': np.arange(6, dtype='<f4').reshape(2, 3), 't': np.arange(6, dtype='<i8').reshape(2, 3).T, 'e': b''},
        protocol=2))

    x = np.arange(24, dtype=np.float64).reshape(4, 3, 2)
    arrays = {'x_train': x, 'y_train': np.array([0, 1, 2, 1]), 'x_test': x[:2].astype(np.uint8),
              'y_test': np.eye(3, dtype=np.float32)[[2, 0]], 'fortran': np.asfortranarray(x), 'scalar': np.array(2.5)}
    np.savez(FOLDER / 'arrays.npz', **arrays)
    np.savez_compressed(FOLDER / 'compressed.npz', **arrays)
    (FOLDER / 'blosc2.npz').write_bytes(blosc2.pack_array2(np.arange(3, dtype=np.float32)))


if __name__ == '__main__':
    main()
