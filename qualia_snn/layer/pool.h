#pragma once

#include <string>
#include <vector>

#include "qualia_snn/core/sequence_module.h"

namespace qualia_snn::layer {

/// Takes the maximum of non-overlapping windows: [T*N, C, S] or [T*N, C, H, W]; an incomplete last window is dropped.
///
/// The gradient goes to the first maximum of a window in scan order.
class QUALIA_SNN_API MaxPool final : public SequenceModule {
 public:
  /// @param kernel_size  one entry per axis
  explicit MaxPool(std::vector<std::int64_t> kernel_size) : kernel_size_(std::move(kernel_size)) {}
  Sequence forward(const Sequence& input) override;
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  bool takes_repeated() const override { return true; }
  std::string kind() const override { return kernel_size_.size() == 1 ? "MaxPool1d" : "MaxPool2d"; }
  const std::vector<std::int64_t>& kernel_size() const { return kernel_size_; }

 private:
  std::vector<std::int64_t> kernel_size_;
};

/// Takes the mean of non-overlapping windows: [T*N, C, S] or [T*N, C, H, W]; an incomplete last window is dropped.
class QUALIA_SNN_API AvgPool final : public SequenceModule {
 public:
  /// @param kernel_size  one entry per axis
  explicit AvgPool(std::vector<std::int64_t> kernel_size) : kernel_size_(std::move(kernel_size)) {}
  Sequence forward(const Sequence& input) override;
  Shape output_shape(const std::vector<Shape>& inputs) const override;
  bool takes_repeated() const override { return true; }
  std::string kind() const override { return kernel_size_.size() == 1 ? "AvgPool1d" : "AvgPool2d"; }

 private:
  std::vector<std::int64_t> kernel_size_;
};

/// Sums over space: [T*N, C, S] or [T*N, C, H, W] to [T*N, C].
class QUALIA_SNN_API GlobalSumPool final : public SequenceModule {
 public:
  /// @param axes  number of axes after the channels: 1 or 2
  explicit GlobalSumPool(std::int64_t axes) : axes_(axes) {}
  Sequence forward(const Sequence& input) override;
  Shape output_shape(const std::vector<Shape>& inputs) const override { return {inputs.at(0).at(0)}; }
  bool takes_repeated() const override { return true; }
  std::string kind() const override { return axes_ == 1 ? "GlobalSumPool1d" : "GlobalSumPool2d"; }

 private:
  std::int64_t axes_;
};

}  // namespace qualia_snn::layer
