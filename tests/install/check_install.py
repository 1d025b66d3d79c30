"""Installs the build, and uses it as a stranger would: the program, and the package from a project of its own.

check_install.py BUILD_FOLDER
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
README = HERE.parent / 'readme'
ENVIRONMENT = {key: value for key, value in os.environ.items() if key not in ('LD_LIBRARY_PATH', 'LibTorch_ROOT')}


def run(*command, folder=None, fails=False):
    words = [str(word) for word in command]
    done = subprocess.run(words, cwd=folder, env=ENVIRONMENT, capture_output=True, text=True, check=False)
    assert (done.returncode != 0) == fails, f'{words}: exit {done.returncode}\n{done.stdout}{done.stderr}'
    return done.stdout + done.stderr


def check_program(prefix, folder):
    program = prefix / 'bin/qualia-snn'
    assert 'LibTorch' in run(program, '--version', folder=folder)
    assert 'LIFNode' in run(program, 'list', 'neuron', folder=folder)
    assert 'cannot be read' in run(program, 'nowhere.toml', 'train', folder=folder, fails=True)


def check_headers(prefix):
    for header in (prefix / 'include').rglob('*.h'):
        for word in ('spdlog', 'CLI/', 'toml++', 'nlohmann', 'zlib'):
            assert f'#include <{word}' not in header.read_text(), f'{header} exposes {word}'


def check_consumer(prefix, folder):
    consumer = folder / 'consumer'
    shutil.copytree(HERE / 'consumer', consumer)
    for name in ('embedding.cpp', 'leaky.h', 'jitter.h'):
        shutil.copy(README / name, consumer / 'first')
    build = folder / 'consumer-build'
    run('cmake', '-S', consumer, '-B', build, f'-DCMAKE_PREFIX_PATH={prefix}')
    run('cmake', '--build', build, '--parallel', '2')
    out = run(build / 'first/embedding', folder=folder)
    assert float(out.split()[-1]) > 0.8, out
    assert (folder / 'mine.pth').stat().st_size > 0
    assert 'message' in run(build / 'second/version', folder=folder)


def check_plugin(prefix, folder):
    """A plugin is found where it was installed, and one that is built outside of this repository by its path."""
    describe = (prefix / 'bin/qualia-snn', 'describe', 'AdaptiveLIFNode')
    assert 'init_beta' in run(*describe, '--bench.plugins=["adaptive_lif"]', folder=folder)
    shutil.copytree(HERE.parent.parent / 'plugins/adaptive_lif', folder / 'adaptive_lif')
    build = folder / 'adaptive_lif-build'
    run('cmake', '-S', folder / 'adaptive_lif', '-B', build, f'-DCMAKE_PREFIX_PATH={prefix}')
    run('cmake', '--build', build, '--parallel', '2')
    assert 'init_beta' in run(*describe, f'--bench.plugins=["{build}/adaptive_lif.so"]', folder=folder)
    with_cuda = (prefix / 'lib/qualia_snn/plugins/adaptive_lif_cuda.so').exists()
    assert (build / 'adaptive_lif_cuda.so').exists() == with_cuda
    if with_cuda:
        needed = re.findall(r'NEEDED.*\[(.*)\]', run('readelf', '-d', build / 'adaptive_lif_cuda.so'))
        assert set(needed) <= {'libcudart.so.13', 'libstdc++.so.6', 'libgcc_s.so.1', 'libm.so.6', 'libc.so.6'}, needed


def check_other_libtorch(prefix, folder):
    """A LibTorch of another version is refused in one sentence."""
    other = folder / 'other'
    for name, text in (('include/torch/csrc/api/include/torch/torch.h', ''), ('lib/libtorch_cpu.so', ''),
                       ('lib/libc10.so', ''),
                       ('include/torch/headeronly/version.h',
                        '#define TORCH_VERSION_MAJOR 2\n#define TORCH_VERSION_MINOR 12\n#define TORCH_VERSION_PATCH 0\n')):
        (other / name).parent.mkdir(parents=True, exist_ok=True)
        (other / name).write_text(text)
    out = run('cmake', '-S', folder / 'consumer', '-B', folder / 'other-build', f'-DCMAKE_PREFIX_PATH={prefix}',
              f'-DLibTorch_ROOT={other}', fails=True)
    assert 'LibTorch_ROOT holds 2.12.0; both must be the same' in ' '.join(out.split()), out


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = folder / 'prefix'
        run('cmake', '--install', sys.argv[1], '--prefix', prefix)
        check_program(prefix, folder)
        check_headers(prefix)
        check_consumer(prefix, folder)
        check_plugin(prefix, folder)
        check_other_libtorch(prefix, folder)
    print('the installed program and package work')


main()
