#include "qualia_snn/io/safetensors.h"

#include <ATen/ATen.h>

#include <cstring>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>
#include <vector>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/array_size.h"
#include "qualia_snn/io/atomic_file.h"

namespace qualia_snn::io {
namespace {

constexpr const char* kMetadata = "__metadata__";
constexpr std::size_t kAlignment = 8;

struct TypeName {
  const char* name;
  at::ScalarType type;
};
constexpr TypeName kTypes[] = {{"BOOL", at::kBool},     {"U8", at::kByte},   {"I8", at::kChar},  {"I16", at::kShort},
                               {"I32", at::kInt},       {"I64", at::kLong},  {"F16", at::kHalf}, {"F32", at::kFloat},
                               {"BF16", at::kBFloat16}, {"F64", at::kDouble}};

at::ScalarType scalar_type(const std::string& name, const std::string& path) {
  for (const auto& known : kTypes) {
    if (name == known.name) return known.type;
  }
  throw DataError(concat(path, ": tensor type ", name, " is not accepted"));
}

const char* type_name(at::ScalarType type, const std::string& path) {
  for (const auto& known : kTypes) {
    if (type == known.type) return known.name;
  }
  throw DataError(concat(path, ": tensors of type ", type, " cannot be written"));
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

Safetensors read_safetensors(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  QUALIA_SNN_CHECK(file, DataError, path, ": cannot be read");
  const std::string contents{std::istreambuf_iterator<char>(file), {}};
  std::uint64_t header_size = 0;
  QUALIA_SNN_CHECK(contents.size() >= 8, DataError, path, ": truncated safetensors header");
  std::memcpy(&header_size, contents.data(), 8);
  QUALIA_SNN_CHECK(header_size <= contents.size() - 8, DataError, path, ": truncated safetensors header");
  Safetensors result;
  try {
    const auto header = nlohmann::json::parse(contents.data() + 8, contents.data() + 8 + header_size);
    const auto* data = contents.data() + 8 + header_size;
    for (const auto& [name, entry] : header.items()) {
      if (name == kMetadata) {
        result.metadata = entry.get<std::map<std::string, std::string>>();
        continue;
      }
      result.tensors.emplace(name, read_tensor(entry, data, contents.size() - 8 - header_size, path + ": " + name));
    }
  } catch (const nlohmann::json::exception& error) {
    throw DataError(concat(path, ": damaged safetensors header: ", error.what()));
  }
  return result;
}

void write_safetensors(const std::string& path, const Safetensors& contents) {
  nlohmann::json header = nlohmann::json::object();
  if (!contents.metadata.empty()) header[kMetadata] = contents.metadata;
  std::size_t end = 0;
  for (const auto& [name, tensor] : contents.tensors) {
    QUALIA_SNN_CHECK(name != kMetadata, DataError, path, ": a tensor cannot be called ", name);
    const auto begin = end;
    end += tensor.nbytes();
    header[name] = {{"dtype", type_name(tensor.scalar_type(), path)},
                    {"shape", tensor.sizes().vec()},
                    {"data_offsets", {begin, end}}};
  }
  auto text = header.dump();
  // The specification lets a header end with spaces, so that the tensors are aligned.
  text.resize((text.size() + kAlignment - 1) / kAlignment * kAlignment, ' ');
  const std::uint64_t size = text.size();
  AtomicFile file(path);
  file.write(&size, sizeof size);
  file.write(text);
  for (const auto& [name, tensor] : contents.tensors) {
    const auto bytes = tensor.to(at::kCPU).contiguous();
    if (bytes.nbytes() > 0) file.write(bytes.const_data_ptr(), bytes.nbytes());
  }
  file.commit();
}

}  // namespace qualia_snn::io
