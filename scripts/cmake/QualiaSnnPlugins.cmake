# qualia_snn_add_plugin(NAME SOURCE...) builds a plugin NAME.so: a module that defines qualia_snn_plugin
# (qualia_snn/registry/plugin.h). Neurons of it get their kernels by qualia_snn_add_neuron(NAME header.h Struct).
function(qualia_snn_add_plugin name)
  add_library(${name} MODULE ${ARGN})
  target_link_libraries(${name} PRIVATE qualia_snn::qualia_snn)
  target_compile_features(${name} PRIVATE cxx_std_20)
  set_target_properties(${name} PROPERTIES
    PREFIX "" CXX_EXTENSIONS OFF CXX_VISIBILITY_PRESET hidden VISIBILITY_INLINES_HIDDEN ON)
endfunction()
