#include "qualia_snn/io/state_file.h"

#include <ATen/ATen.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/io/leftovers.h"
#include "qualia_snn/io/safetensors.h"
#include "qualia_snn/io/sha256.h"

namespace fs = std::filesystem;

namespace qualia_snn::io {
namespace {

constexpr const char *kNext = ".next", *kNewest = "", *kPrevious = ".previous";
const std::string kFormat = "qualia_snn.state", kVersion = "1", kSums = "sha256";
const std::string kText = "text.";

std::string sum_of(const at::Tensor& tensor) {
  Sha256 sum;
  sum.update(concat(c10::toString(tensor.scalar_type()), tensor.sizes()));
  sum.update(tensor.const_data_ptr(), tensor.nbytes());
  return sum.finish();
}

std::string sum_of(const std::string& text) {
  Sha256 sum;
  sum.update(text);
  return sum.finish();
}

Safetensors pack(const State& state) {
  Safetensors contents;
  auto sums = nlohmann::json::object();
  for (const auto& [name, tensor] : state.tensors()) {
    const auto& kept = contents.tensors[name] = tensor.detach().to(at::kCPU).contiguous();
    sums[name] = sum_of(kept);
  }
  for (const auto& [name, text] : state.texts()) {
    contents.metadata[kText + name] = text;
    sums[kText + name] = sum_of(text);
  }
  contents.metadata[kFormat] = kVersion;
  contents.metadata[kSums] = sums.dump();
  return contents;
}

const std::string& metadata(const Safetensors& contents, const std::string& name, const std::string& path) {
  const auto found = contents.metadata.find(name);
  QUALIA_SNN_CHECK(found != contents.metadata.end(), DataError, path, ": has no ", name, " in its metadata");
  return found->second;
}

State unpack(const Safetensors& contents, const std::string& path) {
  const auto& version = metadata(contents, kFormat, path);
  QUALIA_SNN_CHECK(version == kVersion, DataError, path, ": has format ", version, "; expected ", kVersion);
  std::map<std::string, std::string> sums;
  try {
    sums = nlohmann::json::parse(metadata(contents, kSums, path)).get<std::map<std::string, std::string>>();
  } catch (const nlohmann::json::exception& error) {
    throw DataError(concat(path, ": damaged checksums: ", error.what()));
  }
  const auto check = [&](const std::string& name, const auto& record) {
    const auto node = sums.extract(name);
    QUALIA_SNN_CHECK(!node.empty() && node.mapped() == sum_of(record), DataError, path, ": record ", name,
                     " does not have its checksum");
  };
  State state;
  for (const auto& [name, tensor] : contents.tensors) {
    check(name, tensor);
    state.set(name, tensor);
  }
  for (const auto& [name, text] : contents.metadata) {
    if (!name.starts_with(kText)) continue;
    check(name, text);
    state.set_text(name.substr(kText.size()), text);
  }
  QUALIA_SNN_CHECK(sums.empty(), DataError, path, ": record ", sums.begin()->first, " is missing");
  return state;
}

void move_up(const std::string& from, const std::string& to) {
  QUALIA_SNN_CHECK(std::rename(from.c_str(), to.c_str()) == 0 || errno == ENOENT, DataError, from,
                   ": cannot be renamed to ", to, ": ", std::strerror(errno));
}

}  // namespace

void StateFile::write(const State& state) {
  write_safetensors(generation(kNext), pack(state));
  if (!newest_is_damaged_) move_up(generation(kNewest), generation(kPrevious));
  move_up(generation(kNext), generation(kNewest));
  newest_is_damaged_ = false;
  const auto folder = fs::path(path_).parent_path().string();
  QUALIA_SNN_CHECK(sync_folder(folder), DataError, folder, ": cannot be synced: ", std::strerror(errno));
}

std::optional<State> StateFile::read() {
  std::string damage;
  newest_is_damaged_ = false;
  for (const char* which : {kNext, kNewest, kPrevious}) {
    const auto path = generation(which);
    std::error_code ignored;
    if (!fs::exists(path, ignored)) continue;
    try {
      return unpack(read_safetensors(path), path);
    } catch (const DataError& error) {
      damage = error.what();
      newest_is_damaged_ = newest_is_damaged_ || which == kNewest;
      log::warning(concat(damage, "; trying the one before it"));
    }
  }
  QUALIA_SNN_CHECK(damage.empty(), DataError, damage, "; there is no other that is whole");
  return std::nullopt;
}

void StateFile::remove() {
  std::error_code ignored;
  for (const char* which : {kNext, kNewest, kPrevious}) fs::remove(generation(which), ignored);
  fs::remove(fs::path(path_).parent_path(), ignored);  // if it is empty
}

}  // namespace qualia_snn::io
