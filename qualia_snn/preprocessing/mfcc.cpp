#include "qualia_snn/preprocessing/mfcc.h"

#include <ATen/ATen.h>

#include <vector>

#include "qualia_snn/core/error.h"

namespace qualia_snn::preprocessing {

void MFCC::change(datamodel::RawDataModel& data) const {
  for (const auto& [name, set] : data.sets.named()) {
    if (!*set) continue;
    auto& x = (*set)->x;
    QUALIA_SNN_CHECK(x.dim() == 3 && x.size(2) == 1, DataError, kind(), ": the samples of the ", name, " set are ",
                     x.sizes(), "; expected signals of one channel [N, S, 1]");
    std::vector<at::Tensor> pieces;
    // Qualia: the range of the decibels depends on which samples are in a piece.
    for (const auto& piece : x.squeeze(2).chunk(chunks_)) pieces.push_back(mfcc_(piece).transpose(1, 2));
    x = at::cat(pieces).contiguous();
    if (dims_ == 2) x = x.unsqueeze(3);
  }
}

}  // namespace qualia_snn::preprocessing
