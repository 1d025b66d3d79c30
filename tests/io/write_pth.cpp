// Writes a .pth file with known contents, for check_pth.py: write_pth FILE
#include <ATen/ATen.h>

#include "qualia_snn/io/pth.h"

int main(int, char** argv) {
  const auto base = at::arange(12, at::kFloat).view({3, 4});
  qualia_snn::io::write_pth(argv[1], {{"layers.conv1.weight", base},
                                      {"layers.conv1.bias", base.select(1, 1)},
                                      {"layers.bn1.num_batches_tracked", at::full({}, 5, at::kLong)},
                                      {"double", at::full({2}, 0.1, at::kDouble)}});
}
