# The install tree: program, libraries, headers, and a CMake package that find_package(qualia_snn) takes.
include(CMakePackageConfigHelpers)

set(package_dir "${CMAKE_INSTALL_LIBDIR}/cmake/qualia_snn")
install(TARGETS qualia_snn EXPORT qualia_snn_targets LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
if(TARGET qualia_snn_cuda)
  install(TARGETS qualia_snn_cuda LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
if(TARGET qualia_snn_torch_ops)
  install(TARGETS qualia_snn_torch_ops LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
if(TARGET qualia_snn_cli)
  install(TARGETS qualia_snn_cli qualia_snn_program
    RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}" LIBRARY DESTINATION "${CMAKE_INSTALL_LIBDIR}")
endif()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/qualia_snn" "${PROJECT_BINARY_DIR}/generated/qualia_snn"
  DESTINATION "${CMAKE_INSTALL_INCLUDEDIR}" FILES_MATCHING PATTERN "*.h" PATTERN "*.cuh")
install(EXPORT qualia_snn_targets NAMESPACE qualia_snn:: DESTINATION "${package_dir}")
get_filename_component(LibTorch_INSTALL_ROOT "${LibTorch_LIBRARY_DIR}" DIRECTORY)
configure_package_config_file("${PROJECT_SOURCE_DIR}/scripts/cmake/qualia_snnConfig.cmake.in"
  "${PROJECT_BINARY_DIR}/qualia_snnConfig.cmake" INSTALL_DESTINATION "${package_dir}")
write_basic_package_version_file("${PROJECT_BINARY_DIR}/qualia_snnConfigVersion.cmake" COMPATIBILITY SameMinorVersion)
install(FILES "${PROJECT_BINARY_DIR}/qualia_snnConfig.cmake" "${PROJECT_BINARY_DIR}/qualia_snnConfigVersion.cmake"
  "${PROJECT_SOURCE_DIR}/scripts/cmake/FindLibTorch.cmake"
  "${PROJECT_SOURCE_DIR}/scripts/cmake/QualiaSnnNeurons.cmake"
  "${PROJECT_SOURCE_DIR}/scripts/cmake/QualiaSnnPlugins.cmake" DESTINATION "${package_dir}")
