#include "qualia_snn/io/hdf5.h"

#include <ATen/ATen.h>
#include <hdf5.h>

#include <array>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <optional>

#include "qualia_snn/core/error.h"
#include "qualia_snn/io/gzip.h"
#include "qualia_snn/io/scratch_file.h"

namespace qualia_snn::io {
namespace {

/// Numbers for one of the file's that no compression exceeds (deflate: 1032).
constexpr hsize_t kLargestRatio = 2048;

/// An identifier of the library, which is released with its owner.
class Handle {
 public:
  using Close = herr_t (*)(hid_t);
  Handle(hid_t id, Close close) : id_(id), close_(close) {}
  ~Handle() {
    if (id_ >= 0) close_(id_);
  }
  Handle(const Handle&) = delete;
  Handle& operator=(const Handle&) = delete;
  operator hid_t() const { return id_; }

 private:
  hid_t id_;
  Close close_;
};

/// Returns what the library says about its last failure.
std::string last_error() {
  std::string message = "the HDF5 library gives no reason";
  H5Ewalk2(
      H5E_DEFAULT, H5E_WALK_UPWARD,
      [](unsigned, const H5E_error2_t* error, void* to) -> herr_t {
        if (error->desc && *error->desc) *static_cast<std::string*>(to) = error->desc;
        return 1;  // the innermost is enough
      },
      &message);
  H5Eclear2(H5E_DEFAULT);
  return message;
}

/// The types that lists are read as.
/// Memory of a list for libhdf5; none for more than `most` bytes, which makes reading fail.
void* allocate_at_most(std::size_t size, void* most) {
  return size <= *static_cast<const std::size_t*>(most) ? std::malloc(size) : nullptr;
}
void release(void* memory, void*) { std::free(memory); }

struct ListType {
  hid_t number;
  at::ScalarType type;
};

}  // namespace

struct Hdf5File::Impl {
  Impl(const std::string& given, const std::string& scratch) : path(given) {
    H5Eset_auto2(H5E_DEFAULT, nullptr, nullptr);  // or it prints to stderr
    auto opened = path;
    if (is_gzipped(path)) {
      unpacked.emplace(scratch);
      unpack(path, *unpacked);
      opened = unpacked->name();
    }
    file = H5Fopen(opened.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT);
    if (unpacked) unpacked->remove_name();
    if (file < 0) throw DataError(concat(path, ": cannot be read as HDF5: ", last_error()));
  }
  ~Impl() { H5Fclose(file); }

  [[noreturn]] void fail(const std::string& name, const std::string& what) const {
    throw DataError(concat(path, ": ", name, ": ", what));
  }
  void check(bool good, const std::string& name) const {
    if (!good) fail(name, last_error());
  }
  /// Opens a dataset of one axis; `count` becomes its number of entries.
  hid_t open(const std::string& name, hsize_t& count) const {
    const auto dataset = H5Dopen2(file, name.c_str(), H5P_DEFAULT);
    if (dataset < 0) {
      H5Eclear2(H5E_DEFAULT);
      fail(name, "there is no such dataset");
    }
    const Handle space(H5Dget_space(dataset), &H5Sclose);
    const bool is_list = space >= 0 && H5Sget_simple_extent_ndims(space) == 1;
    if (!is_list || H5Sget_simple_extent_dims(space, &count, nullptr) != 1) {
      H5Dclose(dataset);
      fail(name, "expected a dataset of one axis");
    }
    return dataset;
  }

  std::string path;
  std::optional<ScratchFile> unpacked;
  hid_t file = -1;
};

Hdf5File::Hdf5File(const std::string& path, const std::string& scratch)
    : impl_(std::make_unique<Impl>(path, scratch)) {}

Hdf5File::~Hdf5File() = default;

std::int64_t Hdf5File::size(const std::string& name) const {
  hsize_t count = 0;
  const Handle dataset(impl_->open(name, count), &H5Dclose);
  return static_cast<std::int64_t>(count);
}

at::Tensor Hdf5File::integers(const std::string& name) const {
  hsize_t count = 0;
  const Handle dataset(impl_->open(name, count), &H5Dclose);
  const Handle type(H5Dget_type(dataset), &H5Tclose);
  if (H5Tget_class(type) != H5T_INTEGER) impl_->fail(name, "expected integers");
  // A header may announce more than there is: the file says so before anything is allocated.
  hsize_t file_size = 0;
  impl_->check(H5Fget_filesize(impl_->file, &file_size) >= 0, name);
  const Handle creation(H5Dget_create_plist(dataset), &H5Pclose);
  const bool is_packed = H5Pget_nfilters(creation) > 0;
  const auto number_size = H5Tget_size(type);
  if (number_size == 0) impl_->fail(name, "damaged type: numbers of 0 bytes");
  const auto most = file_size / number_size * (is_packed ? kLargestRatio : 1);
  if (count > most) impl_->fail(name, concat("announces ", count, " numbers, the file holds ", file_size, " bytes"));
  const auto numbers = at::empty({static_cast<std::int64_t>(count)}, at::kLong);
  impl_->check(H5Dread(dataset, H5T_NATIVE_LLONG, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.mutable_data_ptr()) >= 0,
               name);
  return numbers;
}

at::Tensor Hdf5File::list(const std::string& name, std::int64_t i) const {
  hsize_t count = 0;
  const Handle dataset(impl_->open(name, count), &H5Dclose);
  if (i < 0 || static_cast<hsize_t>(i) >= count) impl_->fail(name, concat("there is no entry ", i, " of ", count));
  const Handle type(H5Dget_type(dataset), &H5Tclose);
  if (H5Tget_class(type) != H5T_VLEN) impl_->fail(name, "expected lists of numbers");
  const Handle element(H5Tget_super(type), &H5Tclose);
  const auto kind = H5Tget_class(element);
  if (kind != H5T_INTEGER && kind != H5T_FLOAT) impl_->fail(name, "expected lists of integers or floats");
  const auto number_size = H5Tget_size(element);
  if (number_size == 0) impl_->fail(name, "damaged type: numbers of 0 bytes");
  const auto wanted =
      kind == H5T_FLOAT ? ListType{H5T_NATIVE_DOUBLE, at::kDouble} : ListType{H5T_NATIVE_LLONG, at::kLong};

  const Handle memory_type(H5Tvlen_create(wanted.number), &H5Tclose);
  const Handle space(H5Dget_space(dataset), &H5Sclose);
  const hsize_t first = static_cast<hsize_t>(i), one = 1;
  impl_->check(H5Sselect_hyperslab(space, H5S_SELECT_SET, &first, nullptr, &one, nullptr) >= 0, name);
  const Handle memory_space(H5Screate_simple(1, &one, nullptr), &H5Sclose);
  // Lists are not packed: none is longer than the file.
  hsize_t file_size = 0;
  impl_->check(H5Fget_filesize(impl_->file, &file_size) >= 0, name);
  auto most = static_cast<std::size_t>(file_size / number_size) * c10::elementSize(wanted.type);
  const Handle transfer(H5Pcreate(H5P_DATASET_XFER), &H5Pclose);
  impl_->check(H5Pset_vlen_mem_manager(transfer, &allocate_at_most, &most, &release, nullptr) >= 0, name);
  hvl_t values{};
  const bool done = H5Dread(dataset, memory_type, memory_space, space, transfer, &values) >= 0;
  const std::unique_ptr<void, decltype(&std::free)> memory(values.p, &std::free);
  impl_->check(done, name);
  const auto numbers = at::empty({static_cast<std::int64_t>(values.len)}, wanted.type);
  if (values.len > 0) std::memcpy(numbers.mutable_data_ptr(), values.p, numbers.nbytes());
  return numbers;
}

}  // namespace qualia_snn::io
