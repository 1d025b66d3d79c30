#include "qualia_snn/learningframework/spikingjelly.h"

#include "qualia_snn/learningframework/encoder.h"
#include "qualia_snn/learningframework/time_major.h"

namespace qualia_snn::learningframework {

at::Tensor SpikingJelly::encode(const at::Tensor& x, const RandomSource& random) const {
  return time_in_batch() ? learningframework::encode(encoder_, x, model().shape().timesteps, random) : x;
}

Sequence SpikingJelly::enter(const at::Tensor& x) const {
  if (!time_in_batch()) return {x, model().shape().timesteps, true};
  auto spikes = time_major(x);
  spikes.spikes = true;
  return spikes;
}

}  // namespace qualia_snn::learningframework
