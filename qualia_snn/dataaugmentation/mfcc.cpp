#include "qualia_snn/dataaugmentation/mfcc.h"

#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataaugmentation {

Batch MFCC::apply(const Batch& batch, const RandomSource&) const {
  QUALIA_SNN_CHECK(batch.x.dim() == 3 && batch.x.size(1) == 1, ShapeError, "MFCC: the batch has shape ",
                   batch.x.sizes(), "; expected signals of one channel [N, 1, S]");
  auto changed = batch;
  changed.x = mfcc_(batch.x.squeeze(1));
  if (dims_ == 2) changed.x = changed.x.transpose(1, 2).unsqueeze(1);
  return changed;
}

}  // namespace qualia_snn::dataaugmentation
