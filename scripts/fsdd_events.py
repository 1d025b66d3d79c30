#!/usr/bin/env python3
"""Turns the spoken digits of data/fsdd into events of a model cochlea, in the layout of the Spiking Heidelberg Digits.

fsdd_events.py [--archive data/fsdd/recordings.zip] [--output out/fsdd_events] [--test-speakers NAME ...]

Needs numpy, scipy and h5py. Writes fsdd_train.h5 and fsdd_test.h5: spikes/times (seconds, float16), spikes/units (0 to
699), labels. Recordings 0 to 4 of each speaker and digit are the test set, or all of the speakers that are named.

The model, in the order of the ear:
- basilar membrane: 175 gammatone filters of fourth order with centres from 80 to 3,800 Hz, equally far apart in
  equivalent rectangular bandwidth (Patterson, Robinson, Holdsworth, McKeown, Zhang, Allerhand, "Complex sounds and auditory
  images", 1992; Glasberg and Moore, "Derivation of auditory filter shapes from notched-noise data", 1990);
- inner hair cells: half-wave rectification, a low pass that follows the envelope, and compression by a power (Meddis,
  "Simulation of mechanical to neural transduction in the auditory receptor", 1986, reduced to its static part);
- nerve fibres: four per place, of different thresholds. A fibre fires while its input is above its threshold, and not
  again before its refractory period is over (fibres of high, medium and low spontaneous rate: Liberman, "Auditory-nerve
  response from cats raised in a low-noise chamber", 1978).

Unit = 4 * place + fibre, so that neighbouring units hear alike.
"""

import argparse
import io
import pathlib
import wave
import zipfile

import h5py
import numpy as np
import scipy.signal

RATE = 8000  # Hz
PLACES, FIBRES = 175, 4
LOWEST, HIGHEST = 80, 3800  # Hz
THRESHOLDS = (0.25, 0.4, 0.55, 0.7)  # of the compressed envelope's largest value in a recording
ENVELOPE_CORNER = 50  # Hz
COMPRESSION = 0.4
REFRACTORY = 0.008  # s
TEST_INDICES = range(5)


def centre_frequencies():
    """Returns frequencies that are equally far apart in ERB."""
    def to_erb(frequency):
        return 21.4 * np.log10(1 + 0.00437 * frequency)
    erbs = np.linspace(to_erb(LOWEST), to_erb(HIGHEST), PLACES)
    return (10 ** (erbs / 21.4) - 1) / 0.00437


def filter_bank():
    return [scipy.signal.gammatone(frequency, 'iir', fs=RATE) for frequency in centre_frequencies()]


def read_recording(archive, name):
    with wave.open(io.BytesIO(archive.read(name))) as file:
        return np.frombuffer(file.readframes(file.getnframes()), dtype='<i2').astype(np.float64)


def hair_cells(signal, filters):
    """Returns the inputs of the nerve fibres [places, samples], 0 to 1."""
    motion = np.stack([scipy.signal.lfilter(b, a, signal) for b, a in filters])
    b, a = scipy.signal.butter(2, ENVELOPE_CORNER / (RATE / 2))
    envelope = np.maximum(scipy.signal.lfilter(b, a, np.maximum(motion, 0)), 0) ** COMPRESSION
    return envelope / max(envelope.max(), 1e-12)


def fire(above):
    """Returns the samples at which fibres fire that may while `above` [fibres, samples] holds, and which do."""
    period = int(REFRACTORY * RATE)
    ready = np.zeros(above.shape[0], dtype=int)
    times, fibres = [], []
    for t in range(above.shape[1]):
        fires = np.flatnonzero(above[:, t] & (ready <= t))
        ready[fires] = t + period
        times.append(np.full(len(fires), t))
        fibres.append(fires)
    return np.concatenate(times), np.concatenate(fibres)


def events_of(signal, filters):
    cells = hair_cells(signal, filters)
    above = cells[:, None, :] > np.array(THRESHOLDS)[None, :, None]
    times, units = fire(above.reshape(PLACES * FIBRES, -1))
    return (times / RATE).astype(np.float16), units.astype(np.uint16)


def write_set(path, recordings):
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix('.tmp')
    with h5py.File(unfinished, 'w') as file:
        times = file.create_dataset('spikes/times', (len(recordings),), h5py.vlen_dtype(np.float16))
        units = file.create_dataset('spikes/units', (len(recordings),), h5py.vlen_dtype(np.uint16))
        for i, (_, events) in enumerate(recordings):
            times[i], units[i] = events
        file['labels'] = np.array([digit for digit, _ in recordings], dtype=np.uint8)
    unfinished.replace(path)
    events = sum(len(units) for _, (_, units) in recordings)
    print(f'{path}: {len(recordings)} recordings, {events / len(recordings):.0f} events each')


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    root = pathlib.Path(__file__).resolve().parent.parent
    parser.add_argument('--archive', type=pathlib.Path, default=root / 'data/fsdd/recordings.zip')
    parser.add_argument('--output', type=pathlib.Path, default=pathlib.Path('out/fsdd_events'))
    parser.add_argument('--test-speakers', nargs='+', default=[])
    arguments = parser.parse_args()

    filters = filter_bank()
    sets = {'train': [], 'test': []}
    with zipfile.ZipFile(arguments.archive) as archive:
        names = sorted(name for name in archive.namelist() if name.endswith('.wav'))
        speakers = sorted({pathlib.Path(name).stem.split('_')[1] for name in names})
        if unknown := set(arguments.test_speakers) - set(speakers):
            parser.error(f'--test-speakers: {", ".join(sorted(unknown))}: not in {arguments.archive}; there are '
                         f'{", ".join(speakers)}')
        for name in names:
            digit, speaker, index = pathlib.Path(name).stem.split('_')
            is_test = speaker in arguments.test_speakers if arguments.test_speakers else int(index) in TEST_INDICES
            events = events_of(read_recording(archive, name), filters)
            sets['test' if is_test else 'train'].append((int(digit), events))
    for name, recordings in sets.items():
        write_set(arguments.output / f'fsdd_{name}.h5', recordings)


if __name__ == '__main__':
    main()
