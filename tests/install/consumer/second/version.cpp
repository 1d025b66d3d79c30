#include <iostream>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/version.h"

int main() {
  std::cout << qualia_snn::kBuildTag << '\n' << qualia_snn::DataError("message").what() << '\n';
}
