#include "qualia_snn/neuron/block.h"

namespace qualia_snn::neuron {
namespace {

std::int64_t ceil_div(std::int64_t a, std::int64_t b) { return (a + b - 1) / b; }

}  // namespace

Blocks::Blocks(const Places& places, int pool_height, std::int64_t target)
    : places_(places), pool_height_(pool_height), target_(target) {
  if (pool_height == 0) {
    count_ = ceil_div(places.size(), target);
    largest_ = std::min(target, places.size());
    return;
  }
  // An even number of columns, so that windows stay whole; the last block of a row takes what is left.
  columns_ = std::max<std::int64_t>(2, target / (pool_height * places.inner) / 2 * 2);
  row_blocks_ = ceil_div(places.width, columns_);
  count_ = places.outer * ceil_div(places.height, pool_height) * row_blocks_;
  largest_ = pool_height * std::min(columns_, places.width) * places.inner;
}

Block Blocks::plain(std::int64_t i) const {
  const auto offset = i * target_;
  return {offset, 0, 1, std::min(target_, places_.size() - offset)};
}

Block Blocks::pooled(std::int64_t i) const {
  const auto rows = ceil_div(places_.height, pool_height_);
  const auto column = i % row_blocks_ * columns_;
  const auto row = i / row_blocks_ % rows;
  const auto image = i / row_blocks_ / rows;
  const auto columns = std::min(columns_, places_.width - column);
  const auto stride = places_.width * places_.inner;
  const auto whole = row * pool_height_ + pool_height_ <= places_.height;
  Block block;
  block.offset = (image * places_.height + row * pool_height_) * stride + column * places_.inner;
  block.stride = stride;
  block.strips = whole ? pool_height_ : 1;
  block.length = columns * places_.inner;
  if (whole) {
    const auto pooled_width = places_.width / 2;
    block.pooled_offset = ((image * (places_.height / pool_height_) + row) * pooled_width + column / 2) * places_.inner;
    block.pooled = columns / 2 * places_.inner;
  }
  return block;
}

}  // namespace qualia_snn::neuron
