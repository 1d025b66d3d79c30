#include "qualia_snn/dataaugmentation/int_to_float32.h"

#include <ATen/ATen.h>

#include <cmath>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {
namespace {

double largest_value(at::ScalarType type) {
  const int bits = static_cast<int>(8 * at::elementSize(type));
  return std::ldexp(1.0, at::isSignedType(type) ? bits - 1 : bits) - 1;
}

}  // namespace

Batch IntToFloat32::apply(const Batch& batch, const RandomSource&) const {
  const auto type = batch.x.scalar_type();
  QUALIA_SNN_CHECK(!scale_ || at::isIntegralType(type, /*includeBool=*/false), DataError,
                   "IntToFloat32: the samples are of type ", type, "; expected integers, or scale = false");
  auto converted = batch;
  converted.x = batch.x.to(at::kFloat);
  if (scale_) converted.x = converted.x / largest_value(type);
  return converted;
}

}  // namespace qualia_snn::dataaugmentation
