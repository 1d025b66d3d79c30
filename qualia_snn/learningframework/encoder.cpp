#include "qualia_snn/learningframework/encoder.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/to_device.h"

namespace qualia_snn::learningframework {
namespace {

void check_range(const std::string& encoder, const at::Tensor& x) {
  QUALIA_SNN_CHECK(x.is_floating_point(), DataError, "encoder = \"", encoder, "\": samples of type ", x.scalar_type(),
                   " cannot be encoded; expected real numbers, for example by the augmentation IntToFloat32 or the "
                   "preprocessing Normalize");
  if (x.numel() == 0) return;
  const auto [smallest, largest] = x.aminmax();
  const auto low = smallest.item<double>(), high = largest.item<double>();
  QUALIA_SNN_CHECK(
      low >= 0 && high <= 1, DataError, "encoder = \"", encoder, "\": samples from ", low, " to ", high,
      "; expected 0 to 1, for example by the preprocessing Normalize with method = \"min-max\" over all axes");
}

}  // namespace

at::Tensor encode(const std::string& encoder, const at::Tensor& x, std::int64_t T, const RandomSource& random) {
  check_range(encoder, x);
  auto sizes = x.sizes().vec();
  sizes.insert(sizes.begin() + 1, T);
  const auto values = x.unsqueeze(1);
  if (encoder == "poisson") {
    const auto draws = to_device(at::rand(sizes, random.generator(), at::TensorOptions(x.scalar_type())), x.device());
    return draws.le(values).to(x.scalar_type());
  }
  const auto step = ((1 - values) * (T - 1)).round();
  auto shape = std::vector<std::int64_t>(sizes.size(), 1);
  shape[1] = T;
  return at::arange(T, x.options()).view(shape).eq(step).to(x.scalar_type());
}

}  // namespace qualia_snn::learningframework
