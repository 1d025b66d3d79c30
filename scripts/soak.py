#!/usr/bin/env python3
"""Kills the built program, makes its file operations fail, damages its checkpoints, resumes, and compares bytes.

    scripts/soak.py PROGRAM FAULT_INJECTOR [--seconds S | --small] [--seed N]

Every round starts a short training of two models and two runs in a fresh folder, disturbs it, resumes it until it is
done, and compares weights, metrics, results and evaluations with those of a run that nobody disturbed. Prints counts;
exits with 1 if a round differs, crashes or ends with an exit code that says nothing.
"""

import argparse
import concurrent.futures
import errno
import os
import pathlib
import random
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time

MODEL = '''
[[model]]
name = "{name}"
params = {{filters = [4], kernel_sizes = [3], paddings = [1], strides = [2], pool_sizes = [2], dropouts = 0.2, fc_units = []}}
'''
CONFIG = '''
[bench]
name = "soak"
seed = 3
first_run = 1
last_run = 2
use_test_as_valid = true
plugins = ["qualia_plugin_snn"]
[learningframework]
kind = "SpikingJellyMultiStep"
params = {accelerator = "cpu", use_best_epoch = true, checkpoint_every_n_steps = 1, ema_decay = 0.9}
[dataset]
kind = "FashionMNIST"
params.path = "raw"
[[preprocessing]]
kind = "Normalize"
params = {method = "min-max", axis = [0, 1, 2, 3]}
[[preprocessing]]
kind = "Class2BinMatrix"
params.classes = 10
[[data_augmentation]]
kind = "HorizontalFlip"
[model_template]
kind = "SCNN"
epochs = 3
batch_size = 16
params = {dims = 2, timesteps = 2, batch_norm = true, neuron = {kind = "LIFNode", params = {v_reset = false, step_mode = "m"}}}
[model_template.optimizer]
kind = "Adam"
params.lr = 0.01
scheduler = {kind = "StepLR", params = {step_size = 1, gamma = 0.5}}
''' + MODEL.format(name='one') + MODEL.format(name='two')

CALLS = ('write', 'fsync', 'rename')
ERRORS = {'write': errno.ENOSPC, 'fsync': errno.EIO, 'rename': errno.EROFS}


class Failure(Exception):
    pass


def events(content):
    """Returns the records of an event file of TensorBoard without the times in them."""
    records, at = [], 0
    while at < len(content):
        length, = struct.unpack_from('<Q', content, at)
        record = content[at + 12:at + 12 + length]
        if len(record) != length:
            raise Failure('an event file ends within a record')
        at += 16 + length
        # The first field of an event is its time; hyper-parameters have one of their own.
        if b'_hparams_/' not in record:
            records.append(record[9:])
    return records


class Soak:
    def __init__(self, program, injector, root):
        self.program, self.injector, self.root = program, injector, pathlib.Path(root)
        self.template = self.root / 'template'
        self.write_template()
        self.run(self.template, 'preprocess_data', expected={0})
        self.references = {}
        self.seconds = {}
        for variant in ('ours', 'qualia'):
            folder = self.folder(f'reference-{variant}')
            start = time.monotonic()
            self.train(folder, variant, expected={0})
            self.seconds[variant] = time.monotonic() - start
            self.references[variant] = self.results(folder)
            if not any(name.endswith('.pth') for name in self.references[variant]):
                raise Failure('the reference wrote no weights')

    def write_template(self):
        raw = self.template / 'raw'
        raw.mkdir(parents=True)
        for prefix, n in (('train', 40), ('t10k', 20)):
            images, labels = struct.pack('>4I', 0x803, n, 28, 28), struct.pack('>2I', 0x801, n)
            for i in range(n):
                labels += bytes([i % 10])
                images += bytes(255 if p % 28 == 2 * (i % 10) else (p * 7 + i * 13) % 64 for p in range(784))
            (raw / f'{prefix}-images-idx3-ubyte').write_bytes(images)
            (raw / f'{prefix}-labels-idx1-ubyte').write_bytes(labels)
        (self.template / 'c.toml').write_text(CONFIG)

    def folder(self, name):
        folder = self.root / name
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(self.template, folder)
        return folder

    def command(self, action, variant, *more):
        words = [self.program, 'c.toml', action, *more]
        return words + (['--bench.reproduce=qualia'] if variant == 'qualia' else [])

    def run(self, folder, action, variant='ours', more=(), environment=None, expected=None, limit=None):
        def prepare():
            if limit is not None:
                import resource
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

        surroundings = {**os.environ, 'OMP_NUM_THREADS': '1', **(environment or {})}
        done = subprocess.run(self.command(action, variant, *more), cwd=folder, env=surroundings, text=True,
                              capture_output=True, preexec_fn=prepare, timeout=300, errors='replace')
        if expected is not None and done.returncode not in expected:
            raise Failure(f'{folder.name}: exit code {done.returncode}\n{done.stdout[-2000:]}{done.stderr[-2000:]}')
        return done

    def train(self, folder, variant, **more):
        return self.run(folder, 'train', variant, **more)

    def resume(self, folder, variant, **more):
        return self.run(folder, 'train', variant, more=['--resume'], **more)

    @staticmethod
    def results(folder):
        """What must not differ: dates are in names of logs only."""
        files = {}
        for path in sorted(folder.glob('out/learningmodel/*')):
            files[path.name] = path.read_bytes()
        for path in sorted(folder.glob('logs/soak/*/*')):
            if path.suffix in ('.csv', '.txt'):
                key = f'{path.parent.name}{path.suffix}'
                if key in files:
                    raise Failure(f'{folder.name}: two logs of one run: {path}')
                files[key] = path.read_bytes()
        for path in sorted(folder.glob('logs/PyTorchLightning/*/*/*')):
            files[str(path.relative_to(folder))] = path.read_bytes()
        for path in sorted(folder.glob('lightning_logs/*/*/*')):
            is_events = path.name.startswith('events.')  # the rest of the name is date and process
            key = str((path.parent / 'events' if is_events else path).relative_to(folder))
            if key in files:
                raise Failure(f'{folder.name}: two event files of one call: {path}')
            files[key] = events(path.read_bytes()) if is_events else path.read_bytes()
        return files

    def compare(self, folder, variant, with_events=True):
        self.forget_ended_runs(folder)
        found, expected = self.results(folder), self.references[variant]
        if not with_events:
            found, expected = ({name: content for name, content in files.items() if not name.startswith('lightning_logs')} for files in (found, expected))
        if found.keys() != expected.keys():
            raise Failure(f'{folder.name}: files {sorted(found)}; expected {sorted(expected)}')
        for name, content in expected.items():
            if found[name] != content:
                raise Failure(f'{folder.name}: {name} differs')
        left = [str(path) for path in folder.rglob('*.tmp')]
        if left:
            raise Failure(f'{folder.name}: left behind: {left}')
        shutil.rmtree(folder)

    def kill(self, folder, variant, moment, sign=signal.SIGKILL, more=()):
        surroundings = {**os.environ, 'OMP_NUM_THREADS': '1'}
        with open(folder / 'stdout.txt', 'a') as out:
            process = subprocess.Popen(self.command('train', variant, *more), cwd=folder, env=surroundings,
                                       stdout=out, stderr=subprocess.DEVNULL)
        try:
            process.wait(moment)
        except subprocess.TimeoutExpired:
            process.send_signal(sign)
            process.wait(60)
        allowed = {0, -sign} | ({130} if sign != signal.SIGKILL else set())
        if process.returncode not in allowed:
            raise Failure(f'{folder.name}: exit code {process.returncode} after signal {sign}')
        return process.returncode != 0

    def finish(self, folder, variant):
        """Resumes a run that was left."""
        done = self.resume(folder, variant, expected={0})
        with open(folder / 'stdout.txt', 'a') as out:
            out.write(done.stdout)

    @staticmethod
    def forget_ended_runs(folder):
        """Removes what came before the last run that started afresh.

        A run that was killed before its journal, or after its end, has nothing to resume: what follows is a run of its
        own beside its logs. One that is resumed must not leave a second log.
        """
        said = folder / 'stdout.txt'
        afresh = said.read_text().count('starting afresh') if said.exists() else 0
        logs = sorted(folder.glob('logs/soak/learningmodel/*.toml'))
        if len(logs) > afresh + 1:
            raise Failure(f'{folder.name}: {len(logs)} runs, of which {afresh} started afresh')
        if afresh == 0:
            return
        for path in logs[:-1]:
            for old in folder.glob(f'logs/soak/*/{path.stem}.*'):
                old.unlink()
        versions = {}
        for path in [*folder.glob('logs/PyTorchLightning/*/version_*'), *folder.glob('lightning_logs/*/version_*')]:
            versions.setdefault(path.parent, []).append(int(path.name.split('_')[1]))
        for parent, numbers in versions.items():
            for number in sorted(numbers)[:-1]:
                shutil.rmtree(parent / f'version_{number}')
            (parent / f'version_{max(numbers)}').rename(parent / 'version_0')

    # The kinds of rounds; each returns its name.

    def round_kill(self, i, rng, sign=signal.SIGKILL):
        variant = rng.choice(['ours', 'qualia'])
        folder = self.folder(f'round-{i}')
        left = self.kill(folder, variant, rng.uniform(0, 1.1) * self.seconds[variant], sign)
        while left and rng.random() < 0.5:
            left = self.kill(folder, variant, rng.uniform(0.2, 1.1) * self.seconds[variant], sign, ['--resume'])
        if left:
            self.finish(folder, variant)
        self.compare(folder, variant)
        return 'SIGKILL' if sign == signal.SIGKILL else 'SIGTERM'

    def round_truncate(self, i, rng):
        folder = self.folder(f'round-{i}')
        left = self.kill(folder, 'ours', rng.uniform(0.3, 1) * self.seconds['ours'])
        states = [*folder.glob('out/checkpoints/*/checkpoint.safetensors')]
        # The previous one of a damaged journal may be an earlier model's: it costs time, not bits.
        states += [*folder.glob('out/checkpoints/*/journal.safetensors')]
        for path in states:
            previous = path.with_name(path.stem + '.previous.safetensors')
            if not previous.exists():
                continue
            content = path.read_bytes()
            if rng.random() < 0.5:
                path.write_bytes(content[:rng.randrange(len(content))])
            else:
                at = rng.randrange(len(content))
                path.write_bytes(content[:at] + bytes([content[at] ^ 1 << rng.randrange(8)]) + content[at + 1:])
        if left:
            self.finish(folder, 'ours')
        self.compare(folder, 'ours')
        return 'damaged checkpoint'

    def round_fault(self, i, call, at, error, lasts):
        folder = self.folder(f'round-{i}')
        environment = {'LD_PRELOAD': self.injector, 'SOAK_CALL': call, 'SOAK_AT': str(at), 'SOAK_ERROR': str(error),
                       'SOAK_LASTS': str(int(lasts))}
        done = self.train(folder, 'ours', environment=environment)
        if done.returncode not in ({-9} if error == 0 else {0, 3}):
            raise Failure(f'{folder.name}: {call} {at}: exit code {done.returncode}\n{done.stderr[-2000:]}')
        if done.returncode == 3 and not done.stderr.strip():
            raise Failure(f'{folder.name}: {call} {at}: no message')
        if done.returncode != 0:
            self.finish(folder, 'ours')
        self.compare(folder, 'ours')
        return f'{call}: ' + ('killed' if error == 0 else 'fails from then on' if lasts else 'fails once')

    def round_limit(self, i, rng):
        folder = self.folder(f'round-{i}')
        limit = rng.randrange(200, 60000)
        done = self.train(folder, 'ours', limit=limit)
        if done.returncode not in (0, 3):
            raise Failure(f'{folder.name}: RLIMIT_FSIZE {limit}: exit code {done.returncode}\n{done.stderr[-2000:]}')
        if done.returncode != 0:
            self.finish(folder, 'ours')
        # Event files that outgrow the limit are a warning: training is worth more.
        self.compare(folder, 'ours', with_events=False)
        return 'RLIMIT_FSIZE'

    def count(self, call):
        folder = self.folder(f'count-{call}')
        environment = {'LD_PRELOAD': self.injector, 'SOAK_CALL': call, 'SOAK_AT': '0',
                       'SOAK_COUNT': str(folder / 'count')}
        self.train(folder, 'ours', environment=environment, expected={0})
        return int((folder / 'count').read_text())

    def plan(self, rng, small):
        """Yields the rounds of one pass: random ones, and every call of each kind (small: some of them)."""
        rounds = [(self.round_kill, rng) for _ in range(25)]
        rounds += [(self.round_kill, rng, signal.SIGTERM) for _ in range(5 if small else 15)]
        rounds += [(self.round_truncate, rng) for _ in range(5 if small else 20)]
        rounds += [(self.round_limit, rng) for _ in range(5 if small else 20)]
        for call in CALLS:
            calls = self.count(call)
            step = max(1, calls // 6) if small else 1
            first = rng.randint(1, step)
            for at in range(first, calls + 1, step):
                rounds.append((self.round_fault, call, at, ERRORS[call], False))
                rounds.append((self.round_fault, call, at, ERRORS[call], True))
                rounds.append((self.round_fault, call, at, 0, False))
        return rounds


def main():
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('program')
    parser.add_argument('injector')
    parser.add_argument('--seconds', type=float, default=0, help='repeat whole passes until so much time is over')
    parser.add_argument('--small', action='store_true', help='one pass with some of the calls')
    parser.add_argument('--seed', type=int, default=1)
    arguments = parser.parse_args()
    start = time.monotonic()
    counts, failures = {}, []
    with tempfile.TemporaryDirectory(prefix='soak.') as root:
        soak = Soak(os.path.abspath(arguments.program), os.path.abspath(arguments.injector), root)
        number = 0
        passes = 0
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            while not failures and (passes == 0 or time.monotonic() - start < arguments.seconds):
                rounds = soak.plan(random.Random(arguments.seed + passes), arguments.small)
                passes += 1
                futures = []
                for kind, *more in rounds:
                    number += 1
                    # Each round has random numbers of its own: threads take them in any order.
                    more = [random.Random(f'{arguments.seed} {number}') if isinstance(m, random.Random) else m
                            for m in more]
                    futures.append(pool.submit(kind, number, *more))
                for future in futures:
                    try:
                        name = future.result()
                        counts[name] = counts.get(name, 0) + 1
                    except Exception as failure:  # noqa: BLE001
                        failures.append(f'{type(failure).__name__}: {failure}')
                        if len(failures) <= 5:
                            print('FAIL', failures[-1], flush=True)
    for name, count in sorted(counts.items()):
        print(f'PASS {name}: {count}')
    print(f'{sum(counts.values())} rounds passed, {len(failures)} failed, {time.monotonic() - start:.0f} s, '
          f'{passes} pass(es)')
    return 1 if failures else 0


if __name__ == '__main__':
    sys.exit(main())
