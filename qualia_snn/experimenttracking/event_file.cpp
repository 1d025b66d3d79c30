#include "qualia_snn/experimenttracking/event_file.h"

#include <ATen/ATen.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "qualia_snn/core/error.h"
#include "qualia_snn/experimenttracking/tensorboard_events.h"
#include "qualia_snn/io/append.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/leftovers.h"
#include "qualia_snn/io/tfrecord.h"

namespace fs = std::filesystem;

namespace qualia_snn::experimenttracking {
namespace {

constexpr const char* kPrefix = "events.out.tfevents.";
/// Of records that cannot be written; more are not worth the memory.
constexpr std::size_t kMostPending = std::size_t{64} << 20;

/// Returns <prefix><seconds>.<host>.<process>.<number in this process>. Source: tensorboard's EventFileWriter.
std::string new_name() {
  static std::atomic<int> number{0};
  char host[256] = "localhost";
  static_cast<void>(::gethostname(host, sizeof host - 1));
  char seconds[32];
  std::snprintf(seconds, sizeof seconds, "%010lld", static_cast<long long>(wall_time()));
  return concat(kPrefix, seconds, ".", host, ".", ::getpid(), ".", number++);
}

/// Returns whether we began a file, and no other program: our name is in the first event.
bool is_ours(const fs::path& path) {
  if (!path.filename().string().starts_with(kPrefix)) return false;
  std::ifstream file(path, std::ios::binary);
  std::string beginning(128, '\0');
  file.read(beginning.data(), static_cast<std::streamsize>(beginning.size()));
  return beginning.find(tensorboard::kWriter) != std::string::npos;
}

/// Removes what killed processes left: files that were being begun, and those that had been, unless these stay.
void remove_abandoned(const std::string& folder, bool files_stay) {
  std::error_code ignored;
  for (const auto& entry : fs::directory_iterator(folder, ignored)) {
    const auto& path = entry.path();
    if (path.extension() == ".tmp" && path.filename().string().starts_with(kPrefix)) {
      io::remove_leftovers((path.parent_path() / path.stem().stem()).string());
    } else if (!files_stay && entry.is_regular_file(ignored) && is_ours(path)) {
      fs::remove(path, ignored);
    }
  }
}

at::Tensor to_tensor(const std::string& bytes) {
  return at::from_blob(const_cast<char*>(bytes.data()), {static_cast<std::int64_t>(bytes.size())}, at::kByte).clone();
}

std::string to_string(const at::Tensor& bytes) {
  const auto contiguous = bytes.cpu().contiguous();
  return {reinterpret_cast<const char*>(contiguous.const_data_ptr<std::uint8_t>()),
          static_cast<std::size_t>(contiguous.numel())};
}

}  // namespace

double wall_time() {
  return std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
}

void EventFile::add(std::string_view event) {
  if (pending_.size() + event.size() <= kMostPending) pending_ += io::tfrecord(event);
}

void EventFile::flush() {
  if (pending_.empty()) return;
  if (path_.empty()) begin();
  io::append_at(path_, length_, pending_);
  length_ += pending_.size();
  pending_.clear();
}

void EventFile::begin() {
  remove_abandoned(folder_, others_stay_);
  const auto first = io::tfrecord(tensorboard::file_version_event(wall_time()));
  auto path = (fs::path(folder_) / new_name()).string();
  while (!io::write_new_file(path, first)) path = (fs::path(folder_) / new_name()).string();
  path_ = std::move(path);
  length_ = first.size();
}

State EventFile::save() const {
  State state;
  state.set_text("name", fs::path(path_).filename().string());
  state.set_integer("length", static_cast<std::int64_t>(length_));
  state.set("pending", to_tensor(pending_));
  return state;
}

void EventFile::load(const State& state) {
  const auto& name = state.text("name");
  path_.clear();
  length_ = 0;
  pending_ = to_string(state.tensor("pending"));
  others_stay_ = !name.empty();
  if (name.empty()) return;
  const auto path = (fs::path(folder_) / name).string();
  const auto length = static_cast<std::uint64_t>(state.integer("length"));
  io::append_at(path, length, "");
  path_ = path;
  length_ = length;
}

}  // namespace qualia_snn::experimenttracking
