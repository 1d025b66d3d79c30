#pragma once

#include <optional>
#include <string>

#include "qualia_snn/core/random.h"
#include "qualia_snn/core/sequence_module.h"
#include "qualia_snn/core/stateful.h"

namespace qualia_snn::layer {

/// Sets elements to zero with probability p in training and scales the others by 1 / (1 - p).
///
/// One mask of one time step's shape [N, ...] serves all T steps, and later calls until `reset()`.
/// Source: Srivastava et al., JMLR 15 (2014); spikingjelly.activation_based.layer.Dropout.
class QUALIA_SNN_API Dropout final : public SequenceModule, public Stateful, public Randomized {
 public:
  /// @param p  in [0, 1)
  explicit Dropout(double p) : p_(p) {}
  /// @throws ShapeError  if the batch changed since the mask was drawn.
  Sequence forward(const Sequence& input) override;
  /// Returns the factors of every step, 0 or 1 / (1 - p): drawn in the order of a contiguous tensor, whatever that of
  /// `step`, which has their shape, type and device; undefined where the layer changes nothing.
  at::Tensor mask(const at::Tensor& step);
  bool takes_repeated() const override { return true; }
  void reset() override { mask_ = at::Tensor(); }
  void set_random_key(const RandomKey& key) override { key_ = key; }
  bool hold_draws(bool hold) override;
  void redraw() override;
  std::string kind() const override { return "Dropout"; }

 private:
  at::Tensor draw(const at::Tensor& step) const;

  double p_;
  at::Tensor mask_, held_;        ///< [N, ...], 0 or 1 / (1 - p)
  std::optional<RandomKey> key_;  ///< none: LibTorch's default generator
};

}  // namespace qualia_snn::layer
