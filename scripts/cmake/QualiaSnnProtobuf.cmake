# Protocol buffers, which a build can go without: only libprotobuf-lite is linked, and its headers are seen by an object
# of its own, because LibTorch's include folder has those of another version.
find_program(Protobuf_PROTOC protoc)
find_path(Protobuf_INCLUDE_DIR google/protobuf/message_lite.h)
find_library(Protobuf_LITE_LIBRARY protobuf-lite)
mark_as_advanced(Protobuf_PROTOC Protobuf_INCLUDE_DIR Protobuf_LITE_LIBRARY)

# qualia_snn_add_proto(TARGET PROTO SOURCE USE): adds SOURCE.cpp, compiled with the header that protoc makes from
# PROTO.proto in the same folder, or SOURCE_missing.cpp.
function(qualia_snn_add_proto target proto source use)
  if(NOT (Protobuf_PROTOC AND Protobuf_INCLUDE_DIR AND Protobuf_LITE_LIBRARY))
    target_sources(${target} PRIVATE "${source}_missing.cpp")
    message(STATUS "protobuf was not found: no ${use}")
    return()
  endif()
  cmake_path(GET proto FILENAME name)
  set(input "${CMAKE_CURRENT_SOURCE_DIR}/${proto}.proto")
  # Below a folder that stands for the project's, so that includes start at the root.
  set(root "${CMAKE_CURRENT_BINARY_DIR}/proto")
  cmake_path(RELATIVE_PATH CMAKE_CURRENT_SOURCE_DIR BASE_DIRECTORY "${PROJECT_SOURCE_DIR}" OUTPUT_VARIABLE folder)
  set(output "${root}/${folder}/${proto}")
  file(MAKE_DIRECTORY "${root}")
  add_custom_command(OUTPUT "${output}.pb.cc" "${output}.pb.h"
    COMMAND "${Protobuf_PROTOC}" "--proto_path=${PROJECT_SOURCE_DIR}" "--cpp_out=${root}" "${input}"
    DEPENDS "${input}" COMMENT "Generating ${proto}.pb.cc" VERBATIM)
  add_library(${target}_${name} OBJECT "${source}.cpp" "${output}.pb.cc" "${output}.pb.h")
  qualia_snn_target(${target}_${name})
  target_include_directories(${target}_${name} PRIVATE "${PROJECT_SOURCE_DIR}")
  target_include_directories(${target}_${name} SYSTEM PRIVATE "${root}" "${Protobuf_INCLUDE_DIR}")
  target_link_libraries(${target}_${name} PRIVATE nlohmann_json::nlohmann_json)
  set_target_properties(${target}_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  set_source_files_properties("${output}.pb.cc" PROPERTIES COMPILE_OPTIONS -w) # not ours
  target_sources(${target} PRIVATE $<TARGET_OBJECTS:${target}_${name}>)
  target_link_libraries(${target} PRIVATE "${Protobuf_LITE_LIBRARY}")
endfunction()
