#include "qualia_snn/dataset/dataset.h"

namespace qualia_snn::dataset {

Dataset::~Dataset() = default;

void Dataset::prepare() const {}

std::vector<std::string> Dataset::sources() const { return {}; }

}  // namespace qualia_snn::dataset
