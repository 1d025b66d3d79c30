#pragma once

#include <memory>
#include <string>
#include <vector>

#include "qualia_snn/config/parse.h"
#include "qualia_snn/registry/builtin.h"

namespace qualia_snn::testing {

/// What Python recorded for one kind and its params.
struct Trace {
  std::string kind, params;                ///< params as in an inline table of TOML
  std::vector<std::vector<double>> lines;  ///< of numbers
};

/// Reads a file that write_traces.py wrote.
std::vector<Trace> read_traces(const std::string& name);

/// Makes a component from params as they stand in an inline table.
template <class Base>
std::shared_ptr<Base> make(const config::Registry<Base>& registry, const config::Registries& registries,
                           const std::string& kind, const std::string& params,
                           const std::vector<at::Tensor>& parameters = {}) {
  const auto table = config::parse_text("params = {" + params + "}", "trace.toml");
  return registry.make({kind, {*table.find("params"), "params"}, {}, "trace"},
                       {registries, {}, {}, at::kCPU, parameters});
}

}  // namespace qualia_snn::testing
