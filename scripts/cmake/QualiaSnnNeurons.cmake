# qualia_snn_add_neuron(TARGET HEADER STRUCT) compiles the kernels of a neuron struct into a target, once for every
# instruction set of the CPU: qualia_snn_add_neuron(mine mine/leaky.h Leaky). Where nvcc is and the library runs on GPUs,
# its CUDA kernels go into <target>_cuda.so beside the target, where the library finds them.
#
# Needs: QUALIA_SNN_INCLUDE_DIRS, the library's; QUALIA_SNN_CUDA_KERNELS, whether it runs on GPUs.
#
# These sources see numbers only and are optimised in every build type. -O3: the loops over derivatives must be unrolled.
# No contraction: forward and replay must round alike, and as LibTorch does. No traps: else what both branches of an
# option need would be computed in the loop. No sanitizer, no LTO: their helpers would be shared between instruction sets.
set(QUALIA_SNN_KERNEL_OPTIONS
  -O3 -ffp-contract=off -fno-trapping-math -fno-lto -fno-sanitize=all -fno-stack-protector)
set(QUALIA_SNN_INSTRUCTION_SETS baseline)
if(CMAKE_SYSTEM_PROCESSOR MATCHES "^(x86_64|AMD64)$")
  list(APPEND QUALIA_SNN_INSTRUCTION_SETS avx2 avx512)
endif()
set(QUALIA_SNN_OPTIONS_baseline "")
set(QUALIA_SNN_OPTIONS_avx2 -march=x86-64-v3)
set(QUALIA_SNN_OPTIONS_avx512 -march=x86-64-v4)

# nvcc is called by commands of our own: that of the Python wheels has no libraries that CMake's CUDA language links, and
# who uses this package need not enable a language. The last architecture is kept as PTX too, for newer GPUs.
# It must be of the major version of LibTorch's runtime: Debian's package, for example, is older.
string(REGEX REPLACE ".*\\.so\\." "" cuda_major "${LibTorch_CUDART_LIBRARY}")
function(_qualia_snn_fits result program)
  execute_process(COMMAND "${program}" --version OUTPUT_VARIABLE text ERROR_QUIET)
  if(NOT text MATCHES "release ${cuda_major}\\.")
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()
if(QUALIA_SNN_NVCC) # of an earlier configuration: the toolkit may have gone
  set(nvcc_fits TRUE)
  _qualia_snn_fits(nvcc_fits "${QUALIA_SNN_NVCC}")
  if(NOT nvcc_fits)
    unset(QUALIA_SNN_NVCC CACHE)
  endif()
endif()
find_program(QUALIA_SNN_NVCC nvcc VALIDATOR _qualia_snn_fits
  HINTS ENV CUDA_HOME "${LibTorch_LIBRARY_DIR}/../../nvidia/cu13" /usr/local/cuda PATH_SUFFIXES bin)
mark_as_advanced(QUALIA_SNN_NVCC)
set(QUALIA_SNN_CUDA_ARCHITECTURES 80 90 CACHE STRING "Compute capabilities that CUDA kernels are compiled for")
set(QUALIA_SNN_NVCC_OPTIONS -std=c++20 -O3 -fmad=false -DQUALIA_SNN_ISA=cuda -Xcompiler=-fPIC,-fvisibility=hidden
  -Xptxas=--warn-on-spills)

# Writes a source that includes headers and says `text` in a namespace of ours, that of the neurons if none is given.
function(_qualia_snn_write_source source includes text)
  set(namespace neuron)
  if(ARGN)
    set(namespace ${ARGN})
  endif()
  set(content "")
  foreach(header IN LISTS includes)
    string(APPEND content "#include \"${header}\"\n")
  endforeach()
  file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT "${content}\nnamespace qualia_snn::${namespace} {\n${text}\n}\n")
endfunction()

# qualia_snn_add_kernel_source(TARGET NAME INCLUDES TEXT [NAMESPACE namespace] [OPTIONS option...]) compiles a text for
# every instruction set, QUALIA_SNN_ISA.
function(qualia_snn_add_kernel_source target name includes instance)
  cmake_parse_arguments(PARSE_ARGV 4 arg "" NAMESPACE OPTIONS)
  foreach(set IN LISTS QUALIA_SNN_INSTRUCTION_SETS)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/kernels/${target}/${name}.${set}.cpp")
    _qualia_snn_write_source("${source}" "${includes}" "${instance}" ${arg_NAMESPACE})
    set_source_files_properties("${source}" PROPERTIES
      COMPILE_OPTIONS "${QUALIA_SNN_KERNEL_OPTIONS};${QUALIA_SNN_OPTIONS_${set}};${arg_OPTIONS}"
      COMPILE_DEFINITIONS "QUALIA_SNN_ISA=${set}"
      SKIP_PRECOMPILE_HEADERS ON)
    target_sources(${target} PRIVATE "${source}")
  endforeach()
endfunction()

# Compiles one neuron of a <target>_cuda.so with what its target sees itself.
function(_qualia_snn_compile_cuda target struct header)
  string(REGEX REPLACE "[^A-Za-z0-9]+" "_" name "${struct}")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/kernels/${target}/${name}.cu")
  _qualia_snn_write_source("${source}" "${header};qualia_snn/neuron/neuron_cuda.cuh"
    "template const CudaNeuronKernels& cuda_neuron_kernels<${struct}>();")
  set(options "")
  get_target_property(includes ${target}_cuda INCLUDE_DIRECTORIES)
  foreach(folder IN LISTS includes)
    list(APPEND options "$<$<BOOL:${folder}>:-I${folder}>")
  endforeach()
  get_target_property(definitions ${target}_cuda COMPILE_DEFINITIONS)
  if(definitions)
    foreach(definition IN LISTS definitions)
      list(APPEND options "$<$<BOOL:${definition}>:-D${definition}>")
    endforeach()
  endif()
  foreach(architecture IN LISTS QUALIA_SNN_CUDA_ARCHITECTURES)
    list(APPEND options "-gencode=arch=compute_${architecture},code=sm_${architecture}")
  endforeach()
  list(GET QUALIA_SNN_CUDA_ARCHITECTURES -1 newest)
  list(APPEND options "-gencode=arch=compute_${newest},code=compute_${newest}")
  add_custom_command(OUTPUT "${source}.o"
    COMMAND ${QUALIA_SNN_NVCC_LAUNCHER} "${QUALIA_SNN_NVCC}" "-ccbin=${CMAKE_CXX_COMPILER}" ${QUALIA_SNN_NVCC_OPTIONS}
      ${options} -MD -MF "${source}.o.d" -c "${source}" -o "${source}.o"
    DEPENDS "${source}" DEPFILE "${source}.o.d"
    COMMENT "Building CUDA kernels of ${struct}" COMMAND_EXPAND_LISTS VERBATIM)
  set_source_files_properties("${source}.o" PROPERTIES EXTERNAL_OBJECT ON GENERATED ON)
  target_sources(${target}_cuda PRIVATE "${source}.o")
endfunction()

# Writes the list of the neurons of a <target>_cuda.so, and gives it its name and place.
function(_qualia_snn_list_cuda target headers structs)
  list(LENGTH structs count)
  list(TRANSFORM structs REPLACE "(.+)" "&cuda_neuron_kernels<\\1>()" OUTPUT_VARIABLE kernels)
  string(REPLACE ";" ", " kernels "${kernels}")
  set(source "${CMAKE_CURRENT_BINARY_DIR}/kernels/${target}/cuda_neurons.cpp")
  _qualia_snn_write_source("${source}"
    "qualia_snn/core/api.h;qualia_snn/core/version.h;qualia_snn/neuron/cuda_kernels.h;${headers}"
    "extern \"C\" QUALIA_SNN_API const CudaNeurons* qualia_snn_cuda_neurons() {
  static const CudaNeuronKernels* const kAll[] = {${kernels}};
  static const CudaNeurons kNeurons{kBuildTag, kAll, ${count}};
  return &kNeurons;
}")
  target_sources(${target}_cuda PRIVATE "${source}")
  get_target_property(type ${target} TYPE)
  get_target_property(prefix ${target} PREFIX)
  get_target_property(name ${target} OUTPUT_NAME)
  if(type STREQUAL EXECUTABLE)
    set(prefix "")
  elseif(prefix STREQUAL "prefix-NOTFOUND")
    set(prefix "lib")
  endif()
  if(NOT name)
    set(name ${target})
  endif()
  set_target_properties(${target}_cuda PROPERTIES
    PREFIX "${prefix}" OUTPUT_NAME "${name}_cuda" LIBRARY_OUTPUT_DIRECTORY "$<TARGET_FILE_DIR:${target}>")
endfunction()

# At the end of a directory, when all is said of a target and its neurons.
function(_qualia_snn_finish_cuda target)
  target_include_directories(${target}_cuda PRIVATE ${QUALIA_SNN_INCLUDE_DIRS})
  target_compile_features(${target}_cuda PRIVATE cxx_std_20)
  foreach(property INCLUDE_DIRECTORIES COMPILE_DEFINITIONS)
    get_target_property(values ${target} ${property})
    if(values)
      set_property(TARGET ${target}_cuda APPEND PROPERTY ${property} ${values})
    endif()
  endforeach()
  get_target_property(headers ${target}_cuda QUALIA_SNN_HEADERS)
  get_target_property(structs ${target}_cuda QUALIA_SNN_STRUCTS)
  foreach(struct header IN ZIP_LISTS structs headers)
    _qualia_snn_compile_cuda(${target} "${struct}" "${header}")
  endforeach()
  _qualia_snn_list_cuda(${target} "${headers}" "${structs}")
endfunction()

function(_qualia_snn_add_cuda_neuron target header struct)
  if(NOT TARGET ${target}_cuda)
    add_library(${target}_cuda MODULE)
    target_link_libraries(${target}_cuda PRIVATE "${LibTorch_CUDART_LIBRARY}")
    set_target_properties(${target}_cuda PROPERTIES CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  endif()
  get_target_property(known ${target}_cuda QUALIA_SNN_STRUCTS)
  if(NOT known)
    add_dependencies(${target} ${target}_cuda)
    cmake_language(EVAL CODE "cmake_language(DEFER CALL _qualia_snn_finish_cuda ${target})")
  endif()
  set_property(TARGET ${target}_cuda APPEND PROPERTY QUALIA_SNN_HEADERS "${header}")
  set_property(TARGET ${target}_cuda APPEND PROPERTY QUALIA_SNN_STRUCTS "${struct}")
endfunction()

function(qualia_snn_add_neuron target header struct)
  string(REGEX REPLACE "[^A-Za-z0-9]+" "_" name "${struct}")
  if(EXISTS "${CMAKE_CURRENT_SOURCE_DIR}/${header}")
    set(header "${CMAKE_CURRENT_SOURCE_DIR}/${header}")
  endif()
  qualia_snn_add_kernel_source(${target} "${name}" "${header};qualia_snn/neuron/neuron_rows.h"
    "template const NeuronKernels& neuron_kernels<${struct}, InstructionSet::QUALIA_SNN_ISA>();")
  get_target_property(type ${target} TYPE)
  # Beside a file that the loader knows: what a static library is linked to is not known here.
  if(QUALIA_SNN_CUDA_KERNELS AND QUALIA_SNN_NVCC AND type MATCHES "^(SHARED_LIBRARY|MODULE_LIBRARY|EXECUTABLE)$")
    _qualia_snn_add_cuda_neuron(${target} "${header}" "${struct}")
  endif()
endfunction()
