#!/usr/bin/env python3
"""Writes fixtures/media/ with h5py, soundfile, Pillow, tifffile and NumPy; run once, output committed.

Tiny data sets in their published layouts, and what is in them as arrays in expected.npz.
"""

import gzip
import io
import pathlib
import shutil

import h5py
import numpy as np
import soundfile
import tifffile
from PIL import Image

FOLDER = pathlib.Path(__file__).resolve().parent / 'fixtures/media'
random = np.random.default_rng(3)
expected = {}


def hdf5(path, recordings, labels, times_type=np.float16):
    buffer = io.BytesIO()
    with h5py.File(buffer, 'w') as file:
        times = file.create_dataset('spikes/times', (len(recordings),), h5py.vlen_dtype(times_type))
        units = file.create_dataset('spikes/units', (len(recordings),), h5py.vlen_dtype(np.uint16))
        for i, (t, u) in enumerate(recordings):
            times[i], units[i] = np.asarray(t, times_type), np.asarray(u, np.uint16)
        file['labels'] = np.asarray(labels, np.uint16)
    path.parent.mkdir(parents=True, exist_ok=True)
    contents = buffer.getvalue()
    path.write_bytes(gzip.compress(contents, mtime=0) if path.suffix == '.gz' else contents)


def write_hdf5():
    good = [([0.0, 0.0005, 0.1234, 1.0], [0, 699, 350, 7]), ([0.25], [12])]
    hdf5(FOLDER / 'shd/shd_train.h5', good, [3, 19])
    hdf5(FOLDER / 'shd/shd_test.h5.gz', good[:1], [0])
    hdf5(FOLDER / 'shd/shd_valid.h5', good[1:], [1], np.float64)
    expected['shd_t'] = (np.array(good[0][0], np.float16).astype(np.float64) * 1e6).astype(np.int64)
    hdf5(FOLDER / 'broken/unit.h5', [([0.1], [700])], [0])
    hdf5(FOLDER / 'broken/order.h5', [([0.2, 0.1], [1, 2])], [0])
    hdf5(FOLDER / 'broken/nan.h5', [([np.nan], [1])], [0])
    hdf5(FOLDER / 'broken/label.h5', [([0.1], [1])], [256])
    hdf5(FOLDER / 'broken/counts.h5', [([0.1, 0.2], [1])], [0])
    hdf5(FOLDER / 'broken/labels.h5', [([0.1], [1])], [0, 1])
    hdf5(FOLDER / 'broken/none.h5', [], [])


def write_audio():
    def write(name, samples, subtype='PCM_16', rate=8000):
        path = FOLDER / name
        path.parent.mkdir(parents=True, exist_ok=True)
        soundfile.write(path, samples, rate, subtype=subtype)
        return samples

    def tone(samples):
        return random.integers(-32768, 32768, samples).astype(np.int16)

    for name in ('0_ann_0', '7_ann_4', '3_ann_5', '3_bob_0', '9_bob_12'):
        expected['fsdd_' + name] = write(f'fsdd/{name}.wav', tone(30))
    for name in ('one/a', 'one/b', 'two/a', 'yes/a', 'yes/b', 'bed/a', 'zero/a'):
        expected['gsc_' + name.replace('/', '_')] = write(f'gsc/{name}_nohash_0.wav', tone(25), rate=16000)
    for name in ('running_tap', 'white_noise'):
        expected['gsc_' + name] = write(f'gsc/_background_noise_/{name}.wav', tone(50), rate=16000)
    write('gsc_test/yes/c_nohash_0.wav', tone(20), rate=16000)
    write('gsc_test/_silence_/d.wav', tone(20), rate=16000)
    write('gsc_test/_unknown_/e.wav', tone(20), rate=16000)
    (FOLDER / 'gsc/testing_list.txt').write_text('one/b_nohash_0.wav\nyes/b_nohash_0.wav\n')
    (FOLDER / 'gsc/validation_list.txt').write_text('two/a_nohash_0.wav\n')
    for speaker, digit, length in ((0, 3, 40), (1, 7, 25), (1, 0, 10)):
        name = f'hd/audio/lang-english_speaker-0{speaker}_trial-1_digit-{digit}.flac'
        expected[f'hd_{speaker}_{digit}'] = write(name, tone(length), rate=48000)
    (FOLDER / 'hd/test_filenames.txt').write_text('lang-english_speaker-01_trial-1_digit-7.flac\n')
    expected['float24'] = write('audio/float24.wav', random.uniform(-1, 1, (20, 2)), 'PCM_24')
    write('audio/stereo.wav', np.stack([tone(9), tone(9)], 1))
    write('audio/nan.wav', np.array([0, np.nan, 0.5], np.float32), 'FLOAT')


def write_images():
    for i, (name, planar) in enumerate((('Forest', 'contig'), ('River', 'separate'))):
        for number in (1, 2):
            bands = random.integers(0, 65536, (64, 64, 13), dtype=np.uint16)
            path = FOLDER / f'eurosat/MS/{name}/{name}_{number}.tif'
            path.parent.mkdir(parents=True, exist_ok=True)
            tifffile.imwrite(path, bands if planar == 'contig' else bands.transpose(2, 0, 1), planarconfig=planar,
                             photometric='minisblack', compression='zlib')
            expected[f'eurosat_ms_{name}_{number}'] = bands
            y, x = np.mgrid[0:64, 0:64]
            colours = np.stack([x * 3, y * 3, 255 - x - y - i], 2).astype(np.uint8)
            path = FOLDER / f'eurosat/RGB/{name}/{name}_{number}.jpg'
            path.parent.mkdir(parents=True, exist_ok=True)
            Image.fromarray(colours).save(path, quality=90)
            expected[f'eurosat_rgb_{name}_{number}'] = np.asarray(Image.open(path))
    for name, size in (('Final_Training/Images/00000/00000_00000.ppm', (20, 25)),
                       ('Final_Training/Images/00042/00001_00002.ppm', (40, 30)),
                       ('Final_Test/Images/00000.ppm', (32, 32))):
        image = random.integers(0, 256, (*size, 3), dtype=np.uint8)
        path = FOLDER / 'gtsrb' / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
        expected['gtsrb_' + path.stem] = image
    (FOLDER / 'gtsrb/GT-final_test.csv').write_text(
        'Filename;Width;Height;Roi.X1;Roi.Y1;Roi.X2;Roi.Y2;ClassId\n00000.ppm;32;32;1;1;30;30;16\n')
    tifffile.imwrite(FOLDER / 'broken/float.tif', np.zeros((4, 4), np.float32))
    tifffile.imwrite(FOLDER / 'broken/tiles.tif', np.zeros((64, 64), np.uint8), tile=(16, 16))
    Image.fromarray(np.zeros((9, 9), np.uint8)).save(FOLDER / 'broken/grey.jpg')


def write_events():
    for part in ('train', 'test'):
        for label in range(11):
            folder = FOLDER / f'dvs/events_np/{part}/{label}'
            folder.mkdir(parents=True, exist_ok=True)
            count = 3 + label
            arrays = {'t': np.sort(random.integers(0, 1000, count)), 'x': random.integers(0, 128, count),
                      'y': random.integers(0, 128, count), 'p': random.integers(0, 2, count)}
            np.savez(folder / f'user01_led_{label}.npz', **arrays)
            if part == 'train' and label == 10:
                expected.update({'dvs_' + key: value for key, value in arrays.items()})


def write_har():
    people = [1, 1, 1, 3]
    labels = [5, 5, 1, 1]
    for part, rows in (('train', slice(0, 4)), ('test', slice(2, 4))):
        folder = FOLDER / 'uci_har' / part
        (folder / 'Inertial Signals').mkdir(parents=True, exist_ok=True)
        count = len(people[rows])
        features = random.uniform(-1, 1, (count, 561))
        np.savetxt(folder / f'X_{part}.txt', features, fmt='% .7e')
        np.savetxt(folder / f'y_{part}.txt', labels[rows], fmt='%d')
        np.savetxt(folder / f'subject_{part}.txt', people[rows], fmt='%d')
        signals = []
        for sensor in ('body_acc', 'body_gyro', 'total_acc'):
            for axis in 'xyz':
                signals.append(random.uniform(-1, 1, (count, 128)))
                np.savetxt(folder / f'Inertial Signals/{sensor}_{axis}_{part}.txt', signals[-1], fmt='% .7e')
        if part == 'train':
            expected['har_features'], expected['har_raw'] = features, np.stack(signals, 2)


def main():
    shutil.rmtree(FOLDER, ignore_errors=True)
    (FOLDER / 'broken').mkdir(parents=True)
    write_hdf5()
    write_audio()
    write_images()
    write_events()
    write_har()
    np.savez_compressed(FOLDER / 'expected.npz', **expected)


if __name__ == '__main__':
    main()
