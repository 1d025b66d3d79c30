#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "qualia_snn/core/api.h"

/// The part of Python's pickle format that torch.save() and NumPy arrays need, as data: nothing in a file is ever
/// executed.
namespace qualia_snn::io::pickle {

struct Value;

struct None {};
/// A class or function that the pickle names; it is never called.
struct Global {
  std::string name;  ///< "module name"
};
struct List {
  std::vector<Value> items;
};
struct Tuple {
  std::vector<Value> items;
};
struct Dict {
  std::vector<std::pair<Value, Value>> items;
};
/// A `bytes` object, or a `str` of Python 2; a view of what was decoded.
struct Bytes {
  std::string_view view;
};
/// The type of a NumPy array.
struct Dtype {
  at::ScalarType type;
};
/// A NumPy array; pickles make it empty and fill it later.
struct Array {
  at::Tensor tensor;
};
/// The storage that a tensor's bytes lie in: record "data/<key>" of the archive.
struct StorageRef {
  std::string key;
  at::ScalarType type;
};

/// One Python value. Containers belong to the Document, so that deep nesting and cycles in a hostile file cannot
/// exhaust the stack when they are destroyed.
struct Value {
  std::variant<None, bool, std::int64_t, double, std::string, at::Tensor, Global, StorageRef, Bytes, Dtype, Array*,
               List*, Tuple*, Dict*>
      data;
};

/// A value with everything it refers to.
struct Document {
  std::vector<std::unique_ptr<List>> lists;
  std::vector<std::unique_ptr<Tuple>> tuples;
  std::vector<std::unique_ptr<Dict>> dicts;
  std::vector<std::unique_ptr<Array>> arrays;
  std::vector<std::unique_ptr<std::string>> texts;  ///< what Bytes view that do not stand in the pickle as they are
  Value root;
};

/// Gives the bytes of a storage by its key.
class StorageSource {
 public:
  virtual ~StorageSource() = default;
  virtual c10::Storage storage(const std::string& key) = 0;
};

/// Decodes a pickle of protocol 2 to 5.
///
/// Only dicts, lists, tuples, scalars, strings, tensors, parameters and NumPy arrays are understood.
/// @param bytes  have to outlive the document
/// @throws DataError  naming what is damaged or what class or function the file asks for.
QUALIA_SNN_API Document decode(std::string_view bytes, StorageSource& storages);

/// Decodes a pickle that stands alone, not in an archive of torch.save().
QUALIA_SNN_API Document decode(std::string_view bytes);

/// A pickle of protocol 2, and the storages it refers to by position.
struct Encoded {
  std::string bytes;
  std::vector<at::Tensor> storages;  ///< one CPU tensor per storage "0", "1", ...
};

/// Encodes named tensors as the OrderedDict that `module.state_dict()` is.
QUALIA_SNN_API Encoded encode_state_dict(const std::vector<std::pair<std::string, at::Tensor>>& state);

/// Returns the type of "torch FloatStorage" and the like, as Python names it; throws DataError for others.
at::ScalarType storage_type(const std::string& global_name);
/// Returns "torch\nFloatStorage\n" for a type; throws DataError for types that state dicts do not hold.
std::string storage_global(at::ScalarType type);

}  // namespace qualia_snn::io::pickle
