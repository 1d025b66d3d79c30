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

}  // namespace qualia_snn
