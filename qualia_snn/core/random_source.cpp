#include "qualia_snn/core/random_source.h"

#include <ATen/Context.h>

namespace qualia_snn {

RandomSource RandomSource::with(std::string_view part) const {
  return key_ ? RandomSource(key_->with(part)) : RandomSource();
}

RandomSource RandomSource::with(std::int64_t part) const {
  return key_ ? RandomSource(key_->with(part)) : RandomSource();
}

at::Generator RandomSource::generator(at::Device device) const {
  return key_ ? key_->generator(device) : at::globalContext().defaultGenerator(device);
}

State save_generators(at::Device device) {
  State state;
  state.set("cpu", RandomSource().generator(at::kCPU).get_state());
  if (!device.is_cpu()) state.set("device", RandomSource().generator(device).get_state());
  return state;
}

void load_generators(const State& state, at::Device device) {
  RandomSource().generator(at::kCPU).set_state(state.tensor("cpu"));
  if (!device.is_cpu()) RandomSource().generator(device).set_state(state.tensor("device"));
}

}  // namespace qualia_snn
