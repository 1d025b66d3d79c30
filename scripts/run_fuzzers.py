#!/usr/bin/env python3
"""Runs the fuzz targets of a build folder on good files and what libFuzzer makes of them; scripts/fuzz.sh calls it.

run_fuzzers.py BUILD_FOLDER SECONDS
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
MEDIA = ROOT / 'tests/dataset/fixtures/media'
# Good files of each format: what is changed at random is then near to what a reader takes.
SEEDS = {
    'atis': [ROOT / 'tests/io/fixtures/nmnist_sample.bin'],
    'audio': [*MEDIA.glob('fsdd/*.wav'), *MEDIA.glob('audio/*.wav'), *MEDIA.glob('hd/audio/*.flac')],
    'hdf5': [*MEDIA.glob('shd/*.h5'), *MEDIA.glob('broken/*.h5')],
    'jpeg': [*MEDIA.glob('eurosat/RGB/Forest/*.jpg'), *MEDIA.glob('broken/*.jpg')],
    'npz': [*MEDIA.glob('dvs/events_np/test/*/*.npz'), *ROOT.glob('tests/dataset/fixtures/*.npz')],
    'pickle': [ROOT / 'tests/dataset/fixtures/python3.pickle'],
    'ppm': [*MEDIA.glob('gtsrb/Final_Test/Images/*.ppm')],
    'safetensors': [ROOT / 'tests/golden/surrogate_atan/tensors.safetensors'],
    'pth': [*ROOT.glob('tests/golden/*/*.pth'), *ROOT.glob('tests/io/fixtures/*.pth')],
    'tiff': [*MEDIA.glob('eurosat/MS/*/*.tif'), *MEDIA.glob('broken/*.tif')],
}
AEDAT = (b'#!AER-DAT3.1\r\n#!END-HEADER\r\n' + bytes.fromhex(
    '0100010008000000040000000000000002000000020000000200000' '00F000A0010000000FD01FE0000010000'))
IDX = bytes.fromhex('00000802' '00000002' '00000003') + b'abcdef'
NPY = b"\x93NUMPY\x01\x00v\x00" + b"{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }".ljust(117) + b'\n' + bytes(8)
WRITTEN = {'aedat': AEDAT, 'idx': IDX, 'npy': NPY}
LIBRARIES = re.compile(r'lib(hdf5\w*|sndfile|jpeg|tiff|FLAC|ogg|vorbis|opus|mpg123|mp3lame|minizip|z|deflate|lzma|zstd|webp|jbig)\b')
RUNTIME = re.compile(r'(fuzzer::|__asan|__interceptor|__sanitizer|\b(m|c|re)alloc\b|operator new|operator delete|libc\.so|'
                     r'libstdc\+\+)')


def is_in_a_library(log):
    """Returns whether the innermost frame of a report that is not of the runtime lies in a library of a format."""
    for line in re.findall(r'^\s+#\d+ .*$', log, re.MULTILINE):
        if RUNTIME.search(line):
            continue
        return bool(LIBRARIES.search(line))
    return False


def run(target, seconds, folder):
    name = target.name.removeprefix('fuzz_')
    corpus, findings = folder / 'corpus' / name, folder / 'findings'
    corpus.mkdir(parents=True, exist_ok=True)
    findings.mkdir(parents=True, exist_ok=True)
    for i, seed in enumerate(SEEDS.get(name, [])):
        shutil.copy(seed, corpus / f'seed{i}')
    if name in WRITTEN:
        (corpus / 'seed').write_bytes(WRITTEN[name])
    environment = {**os.environ, 'OMP_NUM_THREADS': '1', 'ASAN_OPTIONS': 'detect_leaks=0:allocator_may_return_null=1'}
    end, inputs, in_libraries = time.monotonic() + seconds, 0, 0
    while (left := round(end - time.monotonic())) >= 1:
        command = [target, f'-max_total_time={left}', '-rss_limit_mb=2048', '-timeout=20', '-max_len=65536',
                   f'-artifact_prefix={findings}/{name}-', corpus]
        done = subprocess.run(command, capture_output=True, text=True, errors='replace', env=environment, check=False)
        log = done.stderr
        inputs += max([int(number) for number in re.findall(r'^(?:Done |#)(\d+)', log, re.MULTILINE)], default=0)
        if done.returncode == 0:
            break
        (findings / f'{name}.log').write_text(log)
        if not is_in_a_library(log):
            print(f'{name}: FOUND in our own code, see {findings}/{name}.log\n{log[-3000:]}')
            return False
        in_libraries += 1  # and on with the rest of the time
    found = f'{in_libraries} times FOUND inside a library, see {findings}/{name}.log' if in_libraries else 'nothing found'
    print(f'{name}: {inputs} inputs, {found}')
    return True


def main():
    folder, seconds = pathlib.Path(sys.argv[1]), int(sys.argv[2])
    targets = sorted(path for path in folder.glob('fuzz_*') if path.is_file() and os.access(path, os.X_OK))
    if not targets:
        sys.exit(f'{folder}: there are no fuzz targets')
    results = [run(target, seconds, folder) for target in targets]
    sys.exit(0 if all(results) else 1)


if __name__ == '__main__':
    main()
