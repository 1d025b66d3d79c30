#include "qualia_snn/io/npz.h"

#include <ATen/ATen.h>

#include <filesystem>
#include <string_view>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/blosc2.h"
#include "qualia_snn/io/npy.h"

namespace qualia_snn::io {
namespace {

constexpr std::string_view kSuffix = ".npy";

/// Says first if a file is what Qualia calls .npz.
std::string refused_if_blosc2(const std::string& path) {
  std::error_code ignored;
  if (std::filesystem::is_regular_file(path, ignored)) refuse_blosc2(path);
  return path;
}

}  // namespace

NpzArchive::NpzArchive(const std::string& path) : zip_(refused_if_blosc2(path)) {}

std::vector<std::string> NpzArchive::names() const {
  std::vector<std::string> names;
  for (const auto& name : zip_.names()) {
    if (name.ends_with(kSuffix)) names.push_back(name.substr(0, name.size() - kSuffix.size()));
  }
  return names;
}

bool NpzArchive::has(const std::string& name) const { return zip_.has(name + std::string(kSuffix)); }

at::Tensor NpzArchive::read(const std::string& name) const {
  const auto where = zip_.path() + ": " + name;
  QUALIA_SNN_CHECK(has(name), DataError, where, ": no such array in the archive");
  at::Tensor array;
  zip_.unpack(name + std::string(kSuffix), [&](ZipMember& member) {
    const auto next = [&](std::size_t size) {
      std::string bytes(size, '\0');
      bytes.resize(member.read(bytes.data(), size));
      return bytes;
    };
    const auto header = read_npy_header(next, member.size(), where);
    auto bytes = at::empty({header.data_size}, at::kByte);
    const auto size = static_cast<std::size_t>(header.data_size);
    QUALIA_SNN_CHECK(member.read(bytes.mutable_data_ptr(), size) == size, DataError, where, ": ends early");
    array = as_npy_array(bytes, header);
  });
  return array;
}

}  // namespace qualia_snn::io
