#!/usr/bin/env bash
# Installs what the build needs: Debian packages (as root), and LibTorch from its Python wheel into .deps/.
#   LibTorch_ROOT=/path scripts/install_deps.sh    takes a LibTorch of your own (the folder with include/ and lib/)
#   QUALIA_SNN_CUDA=ON|OFF scripts/install_deps.sh    with or without LibTorch's CUDA libraries (4 GB), and with nvcc
#                                                     where no toolkit is; default: where nvcc or an NVIDIA GPU is there
set -euo pipefail
cd "$(dirname "$0")/.."

torch_version=2.11.0
wheels=("torch==$torch_version" nvidia-cuda-runtime==13.0.96 nvidia-cuda-cupti==13.0.85)
cuda_wheels=(nvidia-cublas==13.1.0.3 nvidia-cuda-nvrtc==13.0.88 nvidia-cuda-crt==13.0.88 nvidia-cudnn-cu13==9.19.0.56
  nvidia-cufft==12.0.0.61 nvidia-cufile==1.15.1.6 nvidia-curand==10.4.0.35 nvidia-cusolver==12.0.4.66
  nvidia-cusparse==12.6.3.3 nvidia-cusparselt-cu13==0.8.0 nvidia-nccl-cu13==2.28.9 nvidia-nvjitlink==13.0.88
  nvidia-nvshmem-cu13==3.4.5)
nvcc_version=13.0.88
nvcc_wheels=(nvidia-cuda-nvcc==$nvcc_version nvidia-nvvm==$nvcc_version nvidia-cuda-cccl==13.0.85)
packages=(g++ cmake ninja-build ccache git python3 python3-pip ca-certificates
  libtomlplusplus-dev libspdlog-dev libcli11-dev catch2 nlohmann-json3-dev zlib1g-dev
  libminizip-dev libssl-dev libhdf5-dev libsndfile1-dev libjpeg-dev libtiff-dev
  libpng-dev libprotobuf-dev protobuf-compiler libsqlite3-dev)

# Readers of files are fuzzed in tests; where there is no such clang the test is a visible skip.
if [[ -n ${QUALIA_SNN_TESTS:-} && $(id -u) == 0 ]] && ! command -v clang++-14 >/dev/null; then
  apt-get update -qq
  if apt-cache show clang-14 libclang-rt-14-dev >/dev/null 2>&1; then packages+=(clang-14 libclang-rt-14-dev); fi
fi

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f='${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
# A tool that is there without its Debian package (a newer cmake, say) is good enough.
for i in "${!missing[@]}"; do
  case ${missing[$i]} in
    g++ | cmake | ccache | git | python3) command -v "${missing[$i]}" >/dev/null && unset "missing[$i]" ;;
    ninja-build) command -v ninja >/dev/null && unset "missing[$i]" ;;
    python3-pip) python3 -m pip --version >/dev/null 2>&1 && unset "missing[$i]" ;;
    ca-certificates) [[ -e /etc/ssl/certs/ca-certificates.crt ]] && unset "missing[$i]" ;;
  esac
done
if ((${#missing[@]})); then
  if [[ $(id -u) != 0 ]]; then
    echo "error: missing packages; run as root: apt-get install ${missing[*]}" >&2
    exit 1
  fi
  echo "installing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

if [[ -n ${LibTorch_ROOT:-} ]]; then
  echo "LibTorch: $LibTorch_ROOT"
  exit 0
fi
has_toolkit() { # one of the major version of LibTorch's CUDA
  local nvcc
  for nvcc in "${CUDA_HOME:-/usr/local/cuda}/bin/nvcc" nvcc /usr/local/cuda/bin/nvcc; do
    if "$nvcc" --version 2>/dev/null | grep -q "release ${nvcc_version%%.*}\."; then return 0; fi
  done
  return 1
}
cuda=${QUALIA_SNN_CUDA:-AUTO}
if [[ $cuda == AUTO ]]; then
  cuda=OFF
  if has_toolkit || [[ -e /dev/nvidiactl ]]; then cuda=ON; fi
fi

# Downloads wheels into $1/wheels. The libraries do not depend on the Python version: naming one makes the result the same
# on every machine.
download() {
  local folder=$1 platforms=()
  shift
  for tag in 2_28 2_27 2_25 2_18 2_17; do platforms+=(--platform "manylinux_${tag}_x86_64"); done
  python3 -m pip download -q --no-deps --only-binary=:all: --python-version 3.11 --implementation cp --abi cp311 \
    --abi none "${platforms[@]}" --platform manylinux2014_x86_64 -d "$folder/wheels" "$@"
}
start_fetching() {
  mkdir -p .deps
  work=$(mktemp -d .deps/fetch.XXXXXX)
  trap 'rm -rf "$work"' EXIT
}

kind=cpu size="500 MB"
if [[ $cuda == ON ]]; then
  kind=cuda size="4 GB"
  wheels+=("${cuda_wheels[@]}")
fi
stamp=.deps/libtorch-$torch_version-$kind
# A LibTorch with CUDA serves without a GPU too.
if [[ ! -e $stamp && ! ($kind == cpu && -e .deps/libtorch-$torch_version-cuda) ]]; then
  echo "fetching LibTorch $torch_version for $kind (about $size unpacked)"
  start_fetching
  download "$work" "${wheels[@]}"
  python3 - "$work" "$kind" <<'PY'
import pathlib
import sys
import zipfile

work, with_cuda = pathlib.Path(sys.argv[1]), sys.argv[2] == 'cuda'
# libtorch_cpu of a CUDA wheel still needs the CUDA runtime and CUPTI beside it.
libraries = {'libc10.so', 'libtorch_cpu.so', 'libgomp.so.1', 'libcudart.so.13', 'libcupti.so.13'}
for wheel in sorted((work / 'wheels').glob('*.whl')):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            base = name.rsplit('/', 1)[-1]
            header = name.startswith('torch/include/') or (with_cuda and name.startswith('nvidia/cu13/include/'))
            wanted = base in libraries or (with_cuda and '.so' in base and 'python' not in base)
            library = name.startswith(('torch/lib/', 'nvidia/')) and wanted
            if header or library:
                archive.extract(name, work / 'tree')
PY
  rm -rf .deps/torch .deps/nvidia .deps/libtorch-* .deps/nvcc-*
  mv "$work/tree/torch" "$work/tree/nvidia" .deps/
  rm -rf "$work"
  touch "$stamp"
fi
if [[ $cuda == ON && ! -e .deps/nvcc-$nvcc_version ]] && ! has_toolkit; then
  echo "fetching nvcc $nvcc_version (300 MB unpacked)"
  start_fetching
  download "$work" "${nvcc_wheels[@]}"
  for wheel in "$work"/wheels/*.whl; do python3 -m zipfile -e "$wheel" "$work/nvcc"; done
  cp -r "$work/nvcc/nvidia/." .deps/nvidia/
  # Wheels do not keep the right to be run.
  find .deps/nvidia/cu13/bin .deps/nvidia/cu13/nvvm/bin -type f -exec chmod +x {} +
  touch ".deps/nvcc-$nvcc_version"
fi
echo "LibTorch: .deps/torch ($torch_version, $kind)"
