#include "qualia_snn/io/zip.h"

#include <minizip/unzip.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>

#include "qualia_snn/core/error.h"

namespace qualia_snn::io {
namespace {

constexpr int kStored = 0, kDeflated = 8;

using Zip = std::unique_ptr<void, decltype(&unzClose)>;

Zip open_zip(const std::string& path) {
  std::error_code error;
  const bool regular = std::filesystem::is_regular_file(path, error);
  QUALIA_SNN_CHECK(regular, DataError, path, ": cannot be read: ", error ? error.message() : "it is no regular file");
  Zip zip(unzOpen64(path.c_str()), &unzClose);
  QUALIA_SNN_CHECK(zip, DataError, path, ": it is no zip archive");
  return zip;
}

/// The member that an archive stands at.
class OpenMember final : public ZipMember {
 public:
  OpenMember(unzFile zip, std::uint64_t size, std::string where) : zip_(zip), size_(size), where_(std::move(where)) {
    check(unzOpenCurrentFile(zip), "cannot be unpacked");
  }
  ~OpenMember() override { unzCloseCurrentFile(zip_); }
  OpenMember(const OpenMember&) = delete;
  OpenMember& operator=(const OpenMember&) = delete;

  std::uint64_t size() const override { return size_; }
  std::size_t read(void* target, std::size_t size) override {
    auto* bytes = static_cast<char*>(target);
    std::size_t done = 0;
    while (done < size) {
      constexpr std::size_t kMost = std::numeric_limits<int>::max();
      const int count = unzReadCurrentFile(zip_, bytes + done, static_cast<unsigned>(std::min(size - done, kMost)));
      check(std::min(count, UNZ_OK), "damaged data");
      if (count == 0) break;
      done += static_cast<std::size_t>(count);
    }
    read_ += done;
    return done;
  }
  /// Compares size and checksum; everything has to be read by then, for minizip compares nothing else.
  void finish() {
    QUALIA_SNN_CHECK(read_ == size_, DataError, where_, ": the archive announces ", size_, " bytes, it holds ", read_);
    check(unzCloseCurrentFile(zip_), "damaged data, the checksum differs");
  }

 private:
  void check(int code, const char* what) const {
    QUALIA_SNN_CHECK(code == UNZ_OK, DataError, where_, ": ", what, " (minizip error ", code, ")");
  }

  unzFile zip_;
  std::uint64_t size_, read_ = 0;
  std::string where_;
};

/// A member cannot be larger than its packed bytes can give: deflate reaches 1032:1 at most.
void check_size(const unz_file_info64& info, std::uint64_t file_size, const std::string& where) {
  QUALIA_SNN_CHECK(info.compression_method == kStored || info.compression_method == kDeflated, DataError, where,
                   ": packed by method ", info.compression_method, "; expected 0 (stored) or 8 (deflated)");
  QUALIA_SNN_CHECK((info.flag & 1) == 0, DataError, where, ": is encrypted");
  const std::uint64_t most = info.compression_method == kStored ? 1 : 1032;
  QUALIA_SNN_CHECK(info.compressed_size <= file_size && info.uncompressed_size / most <= info.compressed_size,
                   DataError, where, ": the archive announces ", info.uncompressed_size, " bytes packed into ",
                   info.compressed_size, ", in a file of ", file_size);
}

}  // namespace

ZipArchive::ZipArchive(std::string path) : path_(std::move(path)) {
  const auto zip = open_zip(path_);
  for (int code = unzGoToFirstFile(zip.get()); code != UNZ_END_OF_LIST_OF_FILE; code = unzGoToNextFile(zip.get())) {
    std::array<char, 1024> name{};
    unz_file_info64 info{};
    if (code == UNZ_OK) {
      code = unzGetCurrentFileInfo64(zip.get(), &info, name.data(), name.size() - 1, nullptr, 0, nullptr, 0);
    }
    QUALIA_SNN_CHECK(code == UNZ_OK, DataError, path_, ": damaged zip archive (minizip error ", code, ")");
    unz64_file_pos position{};
    unzGetFilePos64(zip.get(), &position);
    members_.insert_or_assign(name.data(), Position{position.pos_in_zip_directory, position.num_of_file});
  }
}

std::vector<std::string> ZipArchive::names() const {
  std::vector<std::string> names;
  for (const auto& [name, position] : members_) names.push_back(name);
  return names;
}

std::string ZipArchive::read(const std::string& name) const {
  std::string contents;
  unpack(name, [&](ZipMember& member) {
    contents.resize(member.size());
    contents.resize(member.read(contents.data(), contents.size()));
  });
  return contents;
}

void ZipArchive::unpack(const std::string& name, const std::function<void(ZipMember&)>& f) const {
  const auto found = members_.find(name);
  const auto where = path_ + ": " + name;
  QUALIA_SNN_CHECK(found != members_.end(), DataError, where, ": there is no such file in the archive");
  const auto zip = open_zip(path_);
  const unz64_file_pos position{found->second.offset, found->second.number};
  unz_file_info64 info{};
  const bool there = unzGoToFilePos64(zip.get(), &position) == UNZ_OK &&
                     unzGetCurrentFileInfo64(zip.get(), &info, nullptr, 0, nullptr, 0, nullptr, 0) == UNZ_OK;
  QUALIA_SNN_CHECK(there, DataError, where, ": damaged zip archive");
  check_size(info, std::filesystem::file_size(path_), where);
  OpenMember member(zip.get(), info.uncompressed_size, where);
  f(member);
  member.finish();
}

}  // namespace qualia_snn::io
