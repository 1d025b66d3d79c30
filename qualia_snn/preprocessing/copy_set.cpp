#include "qualia_snn/preprocessing/copy_set.h"

#include <ATen/ATen.h>

#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::preprocessing {

void CopySet::change(datamodel::RawDataModel& data) const {
  // Qualia: the option exists and nothing reads it.
  if (options_.ratio) {
    log::warning(concat("CopySet: ratio = ", *options_.ratio, " has no effect; the whole set is copied"));
  }
  const auto& source = options_.source_in(data, "CopySet");
  if (options_.source == options_.dest) return;
  datamodel::RawData copy{source.x.clone(), source.y.clone(), {}, source.chunks};
  if (source.info.defined()) copy.info = source.info.clone();
  options_.store(data, std::move(copy), "CopySet");
}

}  // namespace qualia_snn::preprocessing
