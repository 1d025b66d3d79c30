#include "qualia_snn/io/safetensors.h"

#include <ATen/ATen.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/array_size.h"

namespace qualia_snn::io {
namespace {

at::ScalarType scalar_type(const std::string& name, const std::string& path) {
  static const std::map<std::string, at::ScalarType> kTypes = {
      {"BOOL", at::kBool}, {"U8", at::kByte},  {"I8", at::kChar},   {"I16", at::kShort},     {"I32", at::kInt},
      {"I64", at::kLong},  {"F16", at::kHalf}, {"F32", at::kFloat}, {"BF16", at::kBFloat16}, {"F64", at::kDouble}};
  const auto found = kTypes.find(name);
  QUALIA_SNN_CHECK(found != kTypes.end(), DataError, path, ": tensor type ", name, " is not accepted");
  return found->second;
}

at::Tensor read_tensor(const nlohmann::json& entry, const char* data, std::size_t size, const std::string& where) {
  const auto type = scalar_type(entry.at("dtype").get<std::string>(), where);
  const auto sizes = entry.at("shape").get<std::vector<std::int64_t>>();
  const auto begin = entry.at("data_offsets").at(0).get<std::size_t>();
  const auto end = entry.at("data_offsets").at(1).get<std::size_t>();
  const auto bytes = array_size(sizes, static_cast<std::int64_t>(c10::elementSize(type)));
  QUALIA_SNN_CHECK(bytes && begin <= end && end <= size && end - begin == static_cast<std::size_t>(*bytes), DataError,
                   where, ": data_offsets do not fit the shape or the file");
  auto tensor = at::empty(sizes, type);
  if (end > begin) std::memcpy(tensor.mutable_data_ptr(), data + begin, end - begin);
  return tensor;
}

}  // namespace

std::map<std::string, at::Tensor> read_safetensors(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  QUALIA_SNN_CHECK(file, DataError, path, ": cannot be read");
  const std::string contents{std::istreambuf_iterator<char>(file), {}};
  std::uint64_t header_size = 0;
  QUALIA_SNN_CHECK(contents.size() >= 8, DataError, path, ": truncated safetensors header");
  std::memcpy(&header_size, contents.data(), 8);
  QUALIA_SNN_CHECK(header_size <= contents.size() - 8, DataError, path, ": truncated safetensors header");
  std::map<std::string, at::Tensor> tensors;
  try {
    const auto header = nlohmann::json::parse(contents.data() + 8, contents.data() + 8 + header_size);
    const auto* data = contents.data() + 8 + header_size;
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") continue;
      tensors.emplace(name, read_tensor(entry, data, contents.size() - 8 - header_size, path + ": " + name));
    }
  } catch (const nlohmann::json::exception& error) {
    throw DataError(concat(path, ": damaged safetensors header: ", error.what()));
  }
  return tensors;
}

}  // namespace qualia_snn::io
