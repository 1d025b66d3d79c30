# qualia_snn_add_neuron(TARGET HEADER STRUCT) compiles the kernels of a neuron struct into a target, once for every
# instruction set of the CPU: qualia_snn_add_neuron(mine mine/leaky.h Leaky).
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

function(qualia_snn_add_kernel_source target name includes instance)
  foreach(set IN LISTS QUALIA_SNN_INSTRUCTION_SETS)
    set(source "${CMAKE_CURRENT_BINARY_DIR}/kernels/${name}.${set}.cpp")
    set(text "")
    foreach(header IN LISTS includes)
      string(APPEND text "#include \"${header}\"\n")
    endforeach()
    file(CONFIGURE OUTPUT "${source}" @ONLY CONTENT "${text}\nnamespace qualia_snn::neuron {\n${instance}\n}\n")
    set_source_files_properties("${source}" PROPERTIES
      COMPILE_OPTIONS "${QUALIA_SNN_KERNEL_OPTIONS};${QUALIA_SNN_OPTIONS_${set}}"
      COMPILE_DEFINITIONS "QUALIA_SNN_ISA=${set}"
      SKIP_PRECOMPILE_HEADERS ON)
    target_sources(${target} PRIVATE "${source}")
  endforeach()
endfunction()

function(qualia_snn_add_neuron target header struct)
  string(REGEX REPLACE "[^A-Za-z0-9]+" "_" name "${struct}")
  qualia_snn_add_kernel_source(${target} "${name}" "${header};qualia_snn/neuron/neuron_rows.h"
    "template const NeuronKernels& neuron_kernels<${struct}, InstructionSet::QUALIA_SNN_ISA>();")
endfunction()
