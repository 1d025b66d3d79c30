#include "qualia_snn/io/pth.h"

#include <ATen/ATen.h>
#include <caffe2/serialize/inline_container.h>

#include <exception>
#include <filesystem>
#include <map>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/atomic_file.h"
#include "qualia_snn/io/pickle.h"

namespace qualia_snn::io {
namespace {

/// The zip archive of a .pth file.
class Archive final : public pickle::StorageSource {
 public:
  explicit Archive(const std::string& path) : file_size_(std::filesystem::file_size(path)), zip_(path) {}

  bool has(const std::string& name) { return zip_.hasRecord(name); }

  std::pair<at::DataPtr, std::size_t> record(const std::string& name) {
    QUALIA_SNN_CHECK(zip_.hasRecord(name), DataError, "it has no record \"", name, "\"");
    // torch.save() does not compress: a record larger than its file is a decompression bomb.
    QUALIA_SNN_CHECK(zip_.getRecordSize(name) <= file_size_, DataError, "record \"", name,
                     "\" is larger than the file");
    auto [data, size] = zip_.getRecord(name);
    return {std::move(data), size};
  }
  std::string text(const std::string& name) {
    const auto [data, size] = record(name);
    return {static_cast<const char*>(data.get()), size};
  }
  c10::Storage storage(const std::string& key) override {
    if (const auto known = storages_.find(key); known != storages_.end()) return known->second;
    auto [data, size] = record("data/" + key);
    c10::Storage storage(c10::Storage::use_byte_size_t(), static_cast<std::int64_t>(size), std::move(data), nullptr,
                         /*resizable=*/false);
    return storages_.emplace(key, std::move(storage)).first->second;
  }

 private:
  std::size_t file_size_;
  caffe2::serialize::PyTorchStreamReader zip_;
  std::map<std::string, c10::Storage> storages_;
};

/// @param nested  a checkpoint may hold its state dict under "state_dict"
StateDict to_state_dict(const pickle::Value& root, bool nested = true) {
  const auto* const* dict = std::get_if<pickle::Dict*>(&root.data);
  QUALIA_SNN_CHECK(dict, DataError, "it holds no dict; expected a state_dict");
  StateDict state;
  for (const auto& [key, value] : (*dict)->items) {
    const auto* name = std::get_if<std::string>(&key.data);
    QUALIA_SNN_CHECK(name, DataError, "a key of the state_dict is no string");
    const auto* tensor = std::get_if<at::Tensor>(&value.data);
    if (!tensor && nested && *name == "state_dict") return to_state_dict(value, /*nested=*/false);
    QUALIA_SNN_CHECK(tensor, DataError, "entry \"", *name, "\" is no tensor; expected a state_dict");
    state.emplace_back(*name, *tensor);
  }
  return state;
}

StateDict read_archive(const std::string& path) {
  Archive archive(path);
  if (archive.has("byteorder")) {
    QUALIA_SNN_CHECK(archive.text("byteorder") == "little", DataError, "its byte order is not little-endian");
  }
  const auto bytes = archive.text("data.pkl");
  return to_state_dict(pickle::decode(bytes, archive).root);
}

}  // namespace

StateDict read_pth(const std::string& path) {
  std::error_code error;
  QUALIA_SNN_CHECK(std::filesystem::is_regular_file(path, error), DataError, path,
                   ": cannot be read: ", error ? error.message() : "it is no regular file");
  try {
    return read_archive(path);
  } catch (const DataError& problem) {
    throw DataError(concat(path, ": not a .pth file that can be loaded: ", problem.what()));
  } catch (const c10::Error& problem) {
    throw DataError(concat(path, ": not a .pth file that can be loaded: ", problem.what_without_backtrace()));
  } catch (const std::exception& problem) {
    throw DataError(concat(path, ": not a .pth file that can be loaded: ", problem.what()));
  }
}

void write_pth(const std::string& path, const StateDict& state) {
  const auto encoded = pickle::encode_state_dict(state);
  AtomicFile file(path);
  // An error inside the callback would travel through C code: it waits until the archive is done.
  std::exception_ptr error;
  caffe2::serialize::PyTorchStreamWriter zip([&](const void* data, std::size_t size) {
    try {
      if (!error) file.write(data, size);
    } catch (...) {
      error = std::current_exception();
    }
    return size;
  });
  zip.writeRecord("data.pkl", encoded.bytes.data(), encoded.bytes.size());
  zip.writeRecord("byteorder", "little", 6);
  for (std::size_t i = 0; i < encoded.storages.size(); ++i) {
    const auto& storage = encoded.storages[i].storage();
    zip.writeRecord("data/" + std::to_string(i), storage.data(), storage.nbytes());
  }
  zip.writeEndOfFile();
  if (error) std::rethrow_exception(error);
  file.commit();
}

}  // namespace qualia_snn::io
