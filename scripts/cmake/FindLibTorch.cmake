# FindLibTorch: imported targets made from LibTorch's include/ and lib/ folders only.
#
# The wheel's own TorchConfig.cmake asks for a CUDA toolkit, writes global flags and switches CMAKE_CUDA_ARCHITECTURES
# off; this module does none of that. It is installed with the package, whose users find LibTorch in the same way.
#
# Input:   LibTorch_ROOT (cache or environment): the folder that holds include/ and lib/. Default: <source>/.deps/torch
# Output:  LibTorch_FOUND, LibTorch_VERSION, LibTorch_LIBRARY_DIR
# Targets: LibTorch::CPU   libtorch_cpu and libc10 (of a CPU or of a CUDA build; libtorch_cuda is not loaded)
#          LibTorch::CUDA  the same with libtorch_cuda and libc10_cuda; only where these and CUDA's headers are found
if(LibTorch_ROOT)
  set(_libtorch_hint "${LibTorch_ROOT}")
elseif(DEFINED ENV{LibTorch_ROOT})
  set(_libtorch_hint "$ENV{LibTorch_ROOT}")
elseif(DEFINED LibTorch_DEFAULT_ROOT)
  set(_libtorch_hint "${LibTorch_DEFAULT_ROOT}")
else()
  set(_libtorch_hint "${PROJECT_SOURCE_DIR}/.deps/torch")
endif()
set(_libtorch_found_here LibTorch_INCLUDE_DIR LibTorch_CUDA_INCLUDE_DIR LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY
  LibTorch_CUDA_LIBRARY LibTorch_C10_CUDA_LIBRARY LibTorch_CUDART_LIBRARY LibTorch_OPENMP_LIBRARY)
if(NOT "${LibTorch_INCLUDE_DIR}" STREQUAL "${_libtorch_hint}/include")
  # Another one than the last time.
  foreach(_libtorch_variable IN LISTS _libtorch_found_here)
    unset(${_libtorch_variable} CACHE)
  endforeach()
endif()
find_path(LibTorch_INCLUDE_DIR NAMES torch/csrc/api/include/torch/torch.h
  HINTS "${_libtorch_hint}" PATH_SUFFIXES include NO_DEFAULT_PATH)
if(LibTorch_INCLUDE_DIR)
  get_filename_component(_libtorch_root "${LibTorch_INCLUDE_DIR}" DIRECTORY)
  set(LibTorch_LIBRARY_DIR "${_libtorch_root}/lib")
  find_library(LibTorch_CPU_LIBRARY NAMES torch_cpu HINTS "${LibTorch_LIBRARY_DIR}" NO_DEFAULT_PATH)
  find_library(LibTorch_C10_LIBRARY NAMES c10 HINTS "${LibTorch_LIBRARY_DIR}" NO_DEFAULT_PATH)
  # The OpenMP runtime of its thread loops: a process should have one, so ours is the same.
  find_file(LibTorch_OPENMP_LIBRARY NAMES libgomp.so.1 HINTS "${LibTorch_LIBRARY_DIR}" NO_DEFAULT_PATH)
  find_library(LibTorch_CUDA_LIBRARY NAMES torch_cuda HINTS "${LibTorch_LIBRARY_DIR}" NO_DEFAULT_PATH)
  find_library(LibTorch_C10_CUDA_LIBRARY NAMES c10_cuda HINTS "${LibTorch_LIBRARY_DIR}" NO_DEFAULT_PATH)
  # The wheels put CUDA's runtime and headers beside LibTorch; a toolkit has the headers too. crt/ comes in a wheel of its
  # own, which may be missing.
  file(GLOB _libtorch_nvidia "${_libtorch_root}/../nvidia/cu*" "${_libtorch_root}/../nvidia/cuda_runtime")
  find_file(LibTorch_CUDART_LIBRARY NAMES libcudart.so.13 libcudart.so.12 HINTS ${_libtorch_nvidia}
    "${_libtorch_root}" ENV CUDA_HOME /usr/local/cuda PATH_SUFFIXES lib lib64 NO_DEFAULT_PATH)
  find_path(LibTorch_CUDA_INCLUDE_DIR NAMES crt/host_defines.h
    HINTS ${_libtorch_nvidia} ENV CUDA_HOME /usr/local/cuda PATH_SUFFIXES include NO_DEFAULT_PATH)
  file(STRINGS "${LibTorch_INCLUDE_DIR}/torch/headeronly/version.h" LibTorch_VERSION
    REGEX "define TORCH_VERSION_(MAJOR|MINOR|PATCH) ")
  string(REGEX REPLACE "[^0-9;]" "" LibTorch_VERSION "${LibTorch_VERSION}")
  string(REPLACE ";" "." LibTorch_VERSION "${LibTorch_VERSION}")
endif()
mark_as_advanced(${_libtorch_found_here})

include(FindPackageHandleStandardArgs)
find_package_handle_standard_args(LibTorch
  REQUIRED_VARS LibTorch_CPU_LIBRARY LibTorch_C10_LIBRARY LibTorch_INCLUDE_DIR
  VERSION_VAR LibTorch_VERSION HANDLE_VERSION_RANGE
  REASON_FAILURE_MESSAGE "Run scripts/install_deps.sh, or set LibTorch_ROOT to the folder of a LibTorch with include/ and lib/.")

if(LibTorch_FOUND AND NOT TARGET LibTorch::CPU)
  find_package(Threads REQUIRED)
  add_library(LibTorch::C10 SHARED IMPORTED GLOBAL)
  set_target_properties(LibTorch::C10 PROPERTIES
    IMPORTED_LOCATION "${LibTorch_C10_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES # of an imported target: passed as -isystem
      "${LibTorch_INCLUDE_DIR};${LibTorch_INCLUDE_DIR}/torch/csrc/api/include"
    INTERFACE_LINK_LIBRARIES Threads::Threads)
  add_library(LibTorch::CPU SHARED IMPORTED GLOBAL)
  set_target_properties(LibTorch::CPU PROPERTIES
    IMPORTED_LOCATION "${LibTorch_CPU_LIBRARY}"
    INTERFACE_LINK_LIBRARIES "LibTorch::C10;$<$<BOOL:${LibTorch_OPENMP_LIBRARY}>:${LibTorch_OPENMP_LIBRARY}>")
  if(LibTorch_CUDA_LIBRARY AND LibTorch_C10_CUDA_LIBRARY AND LibTorch_CUDART_LIBRARY AND LibTorch_CUDA_INCLUDE_DIR)
    add_library(LibTorch::CUDA INTERFACE IMPORTED GLOBAL)
    set_target_properties(LibTorch::CUDA PROPERTIES
      INTERFACE_INCLUDE_DIRECTORIES "${LibTorch_CUDA_INCLUDE_DIR}"
      # libtorch_cuda registers its kernels when it is loaded: it stays linked even where no symbol of it is used.
      INTERFACE_LINK_LIBRARIES "-Wl,--push-state,--no-as-needed;${LibTorch_CUDA_LIBRARY};-Wl,--pop-state;${LibTorch_C10_CUDA_LIBRARY};${LibTorch_CUDART_LIBRARY};LibTorch::CPU")
  endif()
endif()
