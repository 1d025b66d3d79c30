#include "qualia_snn/neuron/block.h"

namespace qualia_snn::neuron {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

Blocks::Blocks(const Places& places, Window window, std::int64_t target)
    : places_(places), window_(window), target_(target) {
  if (!window.pools()) {
    count_ = ceil_div(places.size(), target);
    largest_ = std::min(target, places.size());
    return;
  }
  // Windows stay whole; the last block of a row takes what is left.
  columns_ = std::max<std::int64_t>(1, target / (window.places() * places.inner)) * window.width;
  row_blocks_ = ceil_div(places.width, columns_);
  count_ = places.outer * ceil_div(places.height, window.height) * row_blocks_;
  largest_ = window.height * std::min(columns_, places.width) * places.inner;
}

Block Blocks::plain(std::int64_t i) const {
  const auto offset = i * target_;
  return {offset, 0, 1, std::min(target_, places_.size() - offset)};
}

Block Blocks::pooled(std::int64_t i) const {
  const auto rows = ceil_div(places_.height, window_.height);
  const auto column = i % row_blocks_ * columns_;
  const auto row = i / row_blocks_ % rows * window_.height;
  const auto image = i / row_blocks_ / rows;
  const auto columns = std::min(columns_, places_.width - column);
  Block block;
  block.stride = places_.width * places_.inner;
  block.offset = (image * places_.height + row) * block.stride + column * places_.inner;
  block.strips = static_cast<int>(std::min<std::int64_t>(window_.height, places_.height - row));
  block.length = columns * places_.inner;
  if (block.strips == window_.height) {
    const auto height = places_.height / window_.height, width = places_.width / window_.width;
    block.pooled_offset = ((image * height + row / window_.height) * width + column / window_.width) * places_.inner;
    block.pooled = columns / window_.width * places_.inner;
  }
  return block;
}

}  // namespace qualia_snn::neuron
