#include "qualia_snn/core/state.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn {
namespace {

template <class Map>
const typename Map::mapped_type& find(const Map& records, const std::string& name) {
  const auto found = records.find(name);
  QUALIA_SNN_CHECK(found != records.end(), DataError, "the state has no record ", name);
  return found->second;
}

template <class Map>
void add_part(Map& records, const std::string& prefix, const Map& part) {
  for (const auto& [name, record] : part) records[prefix + "." + name] = record;
}

template <class Map>
void copy_part(const Map& records, const std::string& prefix, Map& part) {
  const auto start = prefix + ".";
  for (auto at = records.lower_bound(start); at != records.end() && at->first.starts_with(start); ++at) {
    part[at->first.substr(start.size())] = at->second;
  }
}

const at::Tensor& number(const State& state, const std::string& name, at::ScalarType type) {
  const auto& tensor = state.tensor(name);
  QUALIA_SNN_CHECK(tensor.dim() == 0 && tensor.scalar_type() == type, DataError, "the state's record ", name, " is ",
                   tensor.sizes(), " of type ", tensor.scalar_type(), "; expected one number of type ", type);
  return tensor;
}

}  // namespace

void State::set_integer(const std::string& name, std::int64_t number) {
  set(name, at::scalar_tensor(number, at::kLong));
}

void State::set_real(const std::string& name, double number) { set(name, at::scalar_tensor(number, at::kDouble)); }

void State::set_part(const std::string& prefix, const State& part) {
  add_part(tensors_, prefix, part.tensors_);
  add_part(texts_, prefix, part.texts_);
}

const at::Tensor& State::tensor(const std::string& name) const { return find(tensors_, name); }

const std::string& State::text(const std::string& name) const { return find(texts_, name); }

std::int64_t State::integer(const std::string& name) const {
  return number(*this, name, at::kLong).item<std::int64_t>();
}

double State::real(const std::string& name) const { return number(*this, name, at::kDouble).item<double>(); }

State State::part(const std::string& prefix) const {
  State part;
  copy_part(tensors_, prefix, part.tensors_);
  copy_part(texts_, prefix, part.texts_);
  return part;
}

}  // namespace qualia_snn
