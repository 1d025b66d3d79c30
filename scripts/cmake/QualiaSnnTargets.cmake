# What all our targets share: language level, warnings, sanitizers, hidden symbols. Nothing is set globally.

add_library(qualia_snn_warnings INTERFACE)
target_compile_options(qualia_snn_warnings INTERFACE -Wall -Wextra $<$<BOOL:${QUALIA_SNN_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL GNU AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # False alarms on `"text" + std::string`: GCC bug 105651.
  target_compile_options(qualia_snn_warnings INTERFACE -Wno-restrict)
endif()

add_library(qualia_snn_sanitizers INTERFACE)
if(QUALIA_SNN_SANITIZE)
  # vptr: LibTorch's hidden type information makes it see foreign objects.
  target_compile_options(qualia_snn_sanitizers INTERFACE
    -fsanitize=address,undefined -fno-sanitize=vptr -fno-omit-frame-pointer)
  # RPATH, not RUNPATH: the sanitizer's own dlopen() calls the loader, which would then look beside the sanitizer.
  target_link_options(qualia_snn_sanitizers INTERFACE -fsanitize=address,undefined -Wl,--disable-new-dtags)
endif()

# The sloppiness is what ccache asks for with precompiled headers.
find_program(CCACHE_PROGRAM ccache)
mark_as_advanced(CCACHE_PROGRAM)
if(CCACHE_PROGRAM)
  set(QUALIA_SNN_NVCC_LAUNCHER "${CMAKE_COMMAND}" -E env "CCACHE_BASEDIR=${PROJECT_SOURCE_DIR}" CCACHE_NOHASHDIR=1
    "${CCACHE_PROGRAM}")
endif()

function(qualia_snn_target name)
  target_compile_features(${name} PUBLIC cxx_std_20)
  target_link_libraries(${name} PRIVATE
    $<BUILD_INTERFACE:qualia_snn_warnings> $<BUILD_INTERFACE:qualia_snn_sanitizers>)
  set_target_properties(${name} PROPERTIES
    CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
  if(CCACHE_PROGRAM)
    set_target_properties(${name} PROPERTIES CXX_COMPILER_LAUNCHER
      "${CMAKE_COMMAND};-E;env;CCACHE_BASEDIR=${PROJECT_SOURCE_DIR};CCACHE_NOHASHDIR=1;CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime;${CCACHE_PROGRAM}")
    if(CMAKE_CXX_COMPILER_ID STREQUAL GNU)
      target_compile_options(${name} PRIVATE -fpch-preprocess)
    endif()
  endif()
endfunction()
