#include "qualia_snn/dataset/eurosat_split.h"

#include <nlohmann/json.hpp>

#include "qualia_snn/core/error.h"

namespace qualia_snn::dataset {

std::int64_t eurosat_test_size(std::int64_t count, double train_test_ratio) {
  // Qualia: float64 arithmetic, cut off: 1 - 0.8 is a little less than 0.2.
  return static_cast<std::int64_t>(static_cast<double>(count) * (1 - train_test_ratio));
}

EuroSATSplit split_eurosat(const std::vector<std::pair<std::string, std::int64_t>>& counts, double train_test_ratio,
                           NumpyRandom& random) {
  QUALIA_SNN_CHECK(train_test_ratio >= 0 && train_test_ratio <= 1, ConfigError,
                   "EuroSAT: train_test_ratio = ", train_test_ratio, ": must be >= 0 and <= 1");
  EuroSATSplit split;
  for (const auto& [name, count] : counts) {
    auto test = random.choice(count, eurosat_test_size(count, train_test_ratio));
    std::vector<bool> chosen(static_cast<std::size_t>(count));
    for (auto& index : test) chosen[static_cast<std::size_t>(index++)] = true;
    std::vector<std::int64_t> train;
    for (std::int64_t i = 0; i < count; ++i) {
      if (!chosen[static_cast<std::size_t>(i)]) train.push_back(i + 1);
    }
    split.train.emplace_back(name, std::move(train));
    split.test.emplace_back(name, std::move(test));
  }
  return split;
}

std::string to_json(const EuroSATIndices& indices) {
  auto table = nlohmann::ordered_json::object();
  for (const auto& [name, numbers] : indices) table[name] = numbers;
  return table.dump(2, ' ', /*ensure_ascii=*/true);
}

EuroSATIndices from_json(const std::string& contents, const std::string& path) {
  const auto table = nlohmann::ordered_json::parse(contents, nullptr, /*allow_exceptions=*/false);
  QUALIA_SNN_CHECK(table.is_object(), DataError, path, ": damaged; expected {\"class\": [numbers], ...}");
  EuroSATIndices indices;
  for (const auto& [name, numbers] : table.items()) {
    std::vector<std::int64_t> list;
    QUALIA_SNN_CHECK(numbers.is_array(), DataError, path, ": ", name, ": expected a list of numbers");
    for (const auto& number : numbers) {
      QUALIA_SNN_CHECK(number.is_number_integer() && number.get<std::int64_t>() > 0, DataError, path, ": ", name, ": ",
                       number.dump(), "; expected numbers from 1");
      list.push_back(number.get<std::int64_t>());
    }
    indices.emplace_back(name, std::move(list));
  }
  return indices;
}

}  // namespace qualia_snn::dataset
