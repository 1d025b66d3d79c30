"""Checks that the README shows the files of this folder verbatim, and runs them on a small data set.

check_readme.py PROGRAM

The embedding example is built and run by tests/install.
"""

import gzip
import pathlib
import random
import re
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent


def check_quoted(readme):
    for name in ('example.toml', 'leaky.h', 'jitter.h', 'embedding.cpp'):
        text = (HERE / name).read_text()
        assert f'```\n{text}```' in re.sub(r'```\w+\n', '```\n', readme), f'README.md does not show {name} as it is'


def check_paths(readme):
    assert not re.search(r'@\w+@', readme), 'README.md holds a placeholder'
    for path in set(re.findall(r'`((?:qualia_snn|apps|configs|tests|scripts|data)/[\w./-]*)`', readme)):
        assert (ROOT / path).exists(), f'README.md names {path}, which does not exist'


def write_images(folder, prefix, count):
    """A set of noise images whose bright column tells the class."""
    draw = random.Random(count)
    labels = bytes(i % 10 for i in range(count))
    pixels = bytearray(draw.randrange(64) for _ in range(count * 784))
    for i, label in enumerate(labels):
        for row in range(28):
            pixels[i * 784 + row * 28 + 2 * label] = 255
    with gzip.open(folder / f'{prefix}-images-idx3-ubyte.gz', 'wb') as file:
        file.write(struct.pack('>IIII', 0x803, count, 28, 28) + pixels)
    with gzip.open(folder / f'{prefix}-labels-idx1-ubyte.gz', 'wb') as file:
        file.write(struct.pack('>II', 0x801, count) + labels)


def run(command, folder):
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f'{command}: exit {done.returncode}\n{done.stdout}{done.stderr}'
    return done.stdout


def readme_commands(readme):
    """The arguments of every call of the program in the README's command blocks, for its own configuration."""
    lines = re.findall(r'^    build/release/bin/qualia-snn (.*)$', readme, re.MULTILINE)
    return [line.split() for line in lines]


def main():
    readme = (ROOT / 'README.md').read_text()
    check_quoted(readme)
    check_paths(readme)
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        (folder / 'data/fashion-mnist').mkdir(parents=True)
        write_images(folder / 'data/fashion-mnist', 'train', 100)
        write_images(folder / 'data/fashion-mnist', 't10k', 20)
        shutil.copy(HERE / 'example.toml', folder)
        run([sys.argv[1], 'example.toml', 'preprocess_data'], folder)
        out = run([sys.argv[1], 'example.toml', 'train', '--model.0.epochs=1'], folder)
        assert 'test_acc = ' in out.splitlines()[-3], out
        (folder / 'configs').symlink_to(ROOT / 'configs')
        for arguments in readme_commands(readme):
            if 'predict' in arguments:
                shutil.copy(folder / 'out/data/FashionMNIST/test/data.npy', folder / 'x.npy')
            if 'evaluate' in arguments:
                run([sys.argv[1], arguments[0], 'train', '--model.0.epochs=0'], folder)
            run([sys.argv[1], *arguments], folder)
    print('the README shows what runs')


main()
