#include <ATen/ATen.h>

#include <cstring>
#include <limits>
#include <unordered_map>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pickle.h"

namespace qualia_snn::io::pickle {
namespace {

class Encoder {
 public:
  Encoded run(const std::vector<std::pair<std::string, at::Tensor>>& state) {
    raw("\x80\x02");                        // PROTO 2
    raw("ccollections\nOrderedDict\n)R(");  // GLOBAL, EMPTY_TUPLE, REDUCE, MARK
    for (const auto& [name, value] : state) {
      text(name);
      tensor(value);
    }
    raw("u.");  // SETITEMS, STOP
    return std::move(out_);
  }

 private:
  void raw(std::string_view bytes) { out_.bytes += bytes; }
  template <class T>
  void little(T value) {
    out_.bytes.append(reinterpret_cast<const char*>(&value), sizeof value);
  }
  void text(const std::string& value) {
    raw("X");
    little(static_cast<std::uint32_t>(value.size()));
    raw(value);
  }
  void integer(std::int64_t value) {
    if (value >= std::numeric_limits<std::int32_t>::min() && value <= std::numeric_limits<std::int32_t>::max()) {
      raw("J");
      little(static_cast<std::int32_t>(value));
    } else {
      raw(std::string_view("\x8a\x08", 2));  // LONG1 of 8 bytes
      little(value);
    }
  }
  void integers(at::IntArrayRef values) {
    raw("(");
    for (const auto value : values) integer(value);
    raw("t");
  }

  void tensor(const at::Tensor& given) {
    QUALIA_SNN_CHECK(given.defined(), DataError, "cannot write an undefined tensor");
    const auto value = given.detach().cpu();
    // One record per storage, so that tensors that share memory share it again after loading.
    const auto [key, added] = keys_.try_emplace(value.storage().unsafeGetStorageImpl(), out_.storages.size());
    if (added) out_.storages.push_back(value);
    const auto elements = static_cast<std::int64_t>(value.storage().nbytes() / value.element_size());
    raw("ctorch._utils\n_rebuild_tensor_v2\n((");
    text("storage");
    raw("c" + storage_global(value.scalar_type()));
    text(std::to_string(key->second));
    text("cpu");
    integer(elements);
    raw("tQ");  // TUPLE, BINPERSID
    integer(value.storage_offset());
    integers(value.sizes());
    integers(value.strides());
    raw("\x89"
        "ccollections\nOrderedDict\n)RtR");  // requires_grad False, no hooks, REDUCE
  }

  Encoded out_;
  std::unordered_map<const void*, std::size_t> keys_;
};

}  // namespace

Encoded encode_state_dict(const std::vector<std::pair<std::string, at::Tensor>>& state) { return Encoder().run(state); }

}  // namespace qualia_snn::io::pickle
