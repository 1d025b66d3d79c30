#include "qualia_snn/preprocessing/dataset_splitter.h"

#include <ATen/ATen.h>

#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/numpy_random.h"

namespace qualia_snn::preprocessing {

DatasetSplitter::DatasetSplitter(Options options, const config::BuildContext& context)
    : RawPreprocessing("DatasetSplitter"), options_(std::move(options)), random_(context.shared_random) {
  QUALIA_SNN_CHECK(random_, ConfigError, "DatasetSplitter: needs the random generator of the data set; expected ",
                   "BuildContext::shared_random to be set");
}

void DatasetSplitter::change(datamodel::RawDataModel& data) const {
  auto& source = options_.source_in(data, "DatasetSplitter");
  const auto order = at::tensor(random_->permutation(source.size()));
  const auto count = static_cast<std::int64_t>(static_cast<double>(source.size()) * options_.ratio);
  const auto moved = order.narrow(0, 0, count), kept = order.narrow(0, count, source.size() - count);

  datamodel::RawData dest{source.x.index_select(0, moved), source.y.index_select(0, moved)};
  datamodel::RawData rest{source.x.index_select(0, kept), source.y.index_select(0, kept)};
  if (source.info.defined()) {
    QUALIA_SNN_CHECK(source.info.dim() > 0 && source.info.size(0) >= source.size(), DataError,
                     "DatasetSplitter: the info of the ", options_.source, " set is ", source.info.sizes(), " for ",
                     source.size(), " samples; expected one row per sample");
    rest.info = source.info.index_select(0, kept);
    // Qualia: the new set gets the info of the samples that stay, so neither rows nor their number fit its samples.
    dest.info = rest.info;
    log::warning(concat("DatasetSplitter: the info of the ", options_.dest,
                        " set is that of the samples which stay in ", "the ", options_.source, " set, as in Qualia"));
  }
  source = std::move(rest);
  options_.store(data, std::move(dest), "DatasetSplitter");
}

}  // namespace qualia_snn::preprocessing
