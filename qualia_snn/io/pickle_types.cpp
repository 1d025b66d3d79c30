#include <ATen/ATen.h>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/pickle.h"

namespace qualia_snn::io::pickle {
namespace {

struct TypeName {
  const char* storage;
  at::ScalarType type;
};
constexpr TypeName kTypes[] = {
    {"FloatStorage", at::kFloat}, {"DoubleStorage", at::kDouble},     {"HalfStorage", at::kHalf},
    {"LongStorage", at::kLong},   {"BFloat16Storage", at::kBFloat16}, {"IntStorage", at::kInt},
    {"ShortStorage", at::kShort}, {"CharStorage", at::kChar},         {"ByteStorage", at::kByte},
    {"BoolStorage", at::kBool},
};

}  // namespace

at::ScalarType storage_type(const std::string& global_name) {
  for (const auto& [storage, type] : kTypes) {
    if (global_name == std::string("torch ") + storage) return type;
  }
  throw DataError(concat("the file holds a storage of class '", global_name, "', which is not accepted"));
}

std::string storage_global(at::ScalarType type) {
  for (const auto& [storage, known] : kTypes) {
    if (known == type) return std::string("torch\n") + storage + "\n";
  }
  throw DataError(concat("cannot write a tensor of type ", type));
}

}  // namespace qualia_snn::io::pickle
