#pragma once

#include <string>
#include <vector>

#include "qualia_snn/learningframework/optimizer.h"

namespace qualia_snn::learningframework {

/// Options of Adam and its kin.
struct AdamOptions : OptimizerOptions {
  std::vector<double> betas = {0.9, 0.999};
  double eps = 1e-8;

  std::string validate() const { return betas.size() == 2 ? "" : "betas needs two entries"; }

  static void options(auto&& o) {
    OptimizerOptions::options(o);
    o("capturable", &AdamOptions::capturable, kNoEffect);
    o("betas", &AdamOptions::betas, "decay of the averages of gradient and squared gradient").at_least(0).below(1);
    o("eps", &AdamOptions::eps, "added to the denominator").at_least(0);
  }
};

}  // namespace qualia_snn::learningframework
