#define CATCH_CONFIG_RUNNER
#include "tests/support/testing.h"

#include <ATen/Parallel.h>

namespace {

#if __has_include(<catch2/catch_all.hpp>)
using Listener = Catch::EventListenerBase;
#else
using Listener = Catch::TestEventListenerBase;
#endif

/// Gives every test case the same random numbers in every run: LibTorch seeds its generator from the system's.
class SeedTestCase final : public Listener {
 public:
  using Listener::Listener;
  void testCaseStarting(const Catch::TestCaseInfo& info) override {
    Listener::testCaseStarting(info);
    at::manual_seed(1);
  }
};

CATCH_REGISTER_LISTENER(SeedTestCase)

}  // namespace

int main(int argc, char** argv) {
  at::set_num_threads(1);
  return Catch::Session().run(argc, argv);
}
