#include <ATen/ATen.h>

#include <limits>
#include <memory>
#include <sstream>

#include "qualia_snn/config/options.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/numpy_random.h"
#include "qualia_snn/dataset/eurosat_split.h"
#include "qualia_snn/preprocessing/preprocessing.h"
#include "tests/parity/case.h"
#include "tests/support/files.h"

namespace qualia_snn::parity {
namespace {

std::uint64_t seed_of(const Case& c) {
  return static_cast<std::uint64_t>(*c.config.find("bench")->find("seed")->get_if<std::int64_t>());
}

void check_first_raw(const Case& c, Report& report) {
  NumpyRandom random(seed_of(c));
  std::vector<std::string> found, expected;
  for (const auto& word : *c.golden().find("first_raw")->get_if<config::Value::List>()) {
    expected.push_back(*word.get_if<std::string>());
    std::ostringstream hex;
    hex << "0x" << std::hex << random.raw();
    found.push_back(hex.str());
  }
  report.equal("first_raw", found, expected);
}

}  // namespace

void check_split(const Case& c, const config::Registries& registries, Report& report) {
  check_first_raw(c, report);
  const auto random = std::make_shared<NumpyRandom>(seed_of(c));
  const auto samples = at::arange(*c.golden().find("n")->get_if<std::int64_t>(), at::kLong);
  datamodel::DataModel model = datamodel::RawDataModel{"golden", {}};
  auto& data = datamodel::raw_data(model, "golden");
  data.sets.train = datamodel::RawData{samples, samples, samples};
  std::size_t calls = 0;
  for (const auto& table : *c.config.find("preprocessing")->get_if<config::Value::List>()) {
    const auto kind = config::parse_value<config::Kind>(table, "preprocessing", {});
    registries.preprocessings.make(kind, {registries, {}, {}, at::kCPU, {}, random})->apply(model);
    const auto prefix = concat("after", ++calls, ".");
    for (const auto& [name, set] : data.sets.named()) {
      const auto after = c.group(prefix + name + ".");
      if (after.empty()) continue;
      report.equal(prefix + name + ".index", (*set)->x, after.at("index"));
      report.equal(prefix + name + ".y", (*set)->y, after.at("index"));
      report.equal(prefix + name + ".info", (*set)->info, after.at("info"));
    }
  }
  const auto next = random->integers(0, std::numeric_limits<std::int64_t>::max());
  report.equal("next_integer", at::full({}, next, at::kLong),
               at::full({}, *c.golden().find("next_integer")->get_if<std::int64_t>(), at::kLong));
}

void check_eurosat(const Case& c, const config::Registries&, Report& report) {
  check_first_raw(c, report);
  std::vector<std::pair<std::string, std::int64_t>> counts;
  for (const auto& entry : *c.golden().find("counts")->get_if<config::Value::Table>()) {
    counts.emplace_back(entry.key, *entry.value.get_if<std::int64_t>());
  }
  NumpyRandom random(seed_of(c));
  const auto* ratio = c.config.find("dataset")->find("params")->find("train_test_ratio");
  const auto split = dataset::split_eurosat(counts, ratio ? *ratio->get_if<double>() : 0.8, random);
  for (const auto& [set, indices] : {std::pair{"train", &split.train}, {"test", &split.test}}) {
    for (const auto& [name, numbers] : *indices) {
      const auto key = concat(set, ".", name);
      report.equal(key, at::tensor(numbers), c.tensors.at(key));
    }
    const auto file = concat(set, "_idx.json");
    report.equal(file, {dataset::to_json(*indices)}, {testing::read_text(c.path + "/" + file)});
  }
}

}  // namespace qualia_snn::parity
