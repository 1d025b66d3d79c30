# One executable per folder and one CTest entry per executable: a process costs a quarter of a second to start LibTorch.
function(qualia_snn_add_tests folder)
  list(TRANSFORM ARGN PREPEND "${folder}/" OUTPUT_VARIABLE sources)
  add_executable(${folder}_tests ${sources})
  qualia_snn_target(${folder}_tests)
  target_link_libraries(${folder}_tests PRIVATE qualia_snn_test_support)
  target_compile_options(${folder}_tests PRIVATE -O1) # thousands of assertions: compile time counts, speed does not
  # Catch2 2 ends with 0 where no test ran; Catch2 3 fails by itself and does not know the word.
  set(no_tests $<$<VERSION_LESS:${Catch2_VERSION},3>:-w;NoTests>)
  add_test(NAME ${folder} COMMAND ${folder}_tests "${no_tests}" COMMAND_EXPAND_LISTS)
endfunction()
