#define CATCH_CONFIG_RUNNER
#include "tests/support/testing.h"

#include <ATen/Parallel.h>

int main(int argc, char** argv) {
  at::set_num_threads(1);
  return Catch::Session().run(argc, argv);
}
