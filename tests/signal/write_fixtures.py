#!/usr/bin/env python3
"""Writes fixtures/signal.npz with torchaudio, SciPy and scikit-image; run once, output committed."""

import pathlib

import numpy as np
import scipy.signal
import skimage.transform
import torch
import torchaudio

FOLDER = pathlib.Path(__file__).resolve().parent / 'fixtures'


def main():
    random = np.random.default_rng(7)
    arrays = {}
    signals = torch.tensor(random.standard_normal((3, 900)).astype(np.float32) * 1000)
    signals[1] *= 1e-6  # so quiet that decibels are cut
    arrays['signals'] = signals.numpy()
    mel = {'n_fft': 200, 'win_length': 150, 'hop_length': 60, 'f_min': 30.0, 'f_max': 3500.0, 'pad': 5, 'n_mels': 24,
           'power': 1.0, 'normalized': True, 'norm': 'slaney', 'mel_scale': 'slaney'}
    arrays['mel_slaney'] = torchaudio.transforms.MelSpectrogram(8000, **mel)(signals).numpy()
    arrays['mel_default'] = torchaudio.transforms.MelSpectrogram(16000)(signals).numpy()
    arrays['mel_uncentred'] = torchaudio.transforms.MelSpectrogram(
        8000, n_fft=128, n_mels=20, center=False, power=2.0)(signals).numpy()
    arrays['mfcc'] = torchaudio.transforms.MFCC(8000, n_mfcc=12, melkwargs={'n_fft': 128, 'n_mels': 24})(signals).numpy()
    arrays['mfcc_log_plain'] = torchaudio.transforms.MFCC(
        8000, n_mfcc=12, norm=None, log_mels=True, melkwargs={'n_fft': 128, 'n_mels': 24})(signals).numpy()
    for old, new in ((8000, 16000), (16000, 8000), (44100, 16000), (8000, 7999)):
        arrays[f'resampled_{old}_{new}'] = torchaudio.functional.resample(signals, old, new).numpy()
    arrays['resampled_wide'] = torchaudio.functional.resample(
        signals, 3, 2, lowpass_filter_width=16, rolloff=0.8).numpy()
    walk = np.cumsum(random.standard_normal(40))
    arrays['walk'] = walk
    b, a = scipy.signal.butter(1, [0.1, 0.6], btype='bandpass')
    arrays['walk_filtered'] = scipy.signal.filtfilt(b, a, walk)
    arrays['walk_filtered_short'] = scipy.signal.filtfilt(b, a, walk[:10])
    image = random.integers(0, 256, (47, 31, 3), dtype=np.uint8)
    arrays['image'] = image
    for height, width in ((32, 32), (10, 60), (47, 31), (1, 1), (90, 3)):
        arrays[f'image_{height}_{width}'] = skimage.transform.resize(image, (height, width))
    FOLDER.mkdir(exist_ok=True)
    np.savez_compressed(FOLDER / 'signal.npz', **arrays)


if __name__ == '__main__':
    main()
