#include "qualia_snn/postprocessing/visualize_feature_maps.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <filesystem>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/npy.h"
#include "qualia_snn/io/png.h"
#include "qualia_snn/postprocessing/feature_maps.h"

namespace fs = std::filesystem;

namespace qualia_snn::postprocessing {
namespace {

void write_pictures(const std::string& base, const at::Tensor& map) {
  io::write_file(base + ".png", io::encode_png(feature_sheet(map)));
  if (map.dim() < 2) return;
  const auto sum = map.sum(0, /*keepdim=*/true);
  io::write_file(base + "_sum.png", io::encode_png(feature_sheet(sum)));
}

}  // namespace

std::string VisualizeFeatureMaps::Options::validate() const {
  if (data_range && data_range->size() < 2) return "data_range: expected two numbers, [first, end)";
  if (create_pdf && !io::writes_png()) return "create_pdf = true: this build has no libpng, set it to false";
  return "";
}

TrainedModel VisualizeFeatureMaps::apply(TrainedModel trained, const PostprocessingContext& context) {
  auto data = test_set(context, "show to the layers");
  if (options_.data_range) {
    const auto first = options_.data_range->at(0), end = options_.data_range->at(1);
    data = {data.x.slice(0, first, end), data.y.slice(0, first, end)};
    QUALIA_SNN_CHECK(data.size() > 0, DataError, "VisualizeFeatureMaps: params.data_range = [", first, ", ", end,
                     "]: no sample of the test set is there");
  }
  const auto folder = fs::path(context.root) / "out" / "feature_maps" / trained.name;
  for (const auto& [layer, map] : mean_feature_maps(context.framework, data, context.batch_size)) {
    auto file = concat(trained.name, "_r", trained.run, "_", layer);
    std::replace(file.begin(), file.end(), '/', '_');
    const auto base = (folder / file).string();
    if (options_.save_feature_maps) io::write_npy(base + ".npy", map);
    if (options_.create_pdf) write_pictures(base, map);
  }
  log::info("feature maps = " + folder.string());
  return trained;
}

}  // namespace qualia_snn::postprocessing
