#include <random>

#include "qualia_snn/core/error.h"
#include "qualia_snn/dataset/cifar.h"
#include "qualia_snn/dataset/eurosat_split.h"
#include "qualia_snn/dataset/npy.h"
#include "qualia_snn/io/npy.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using dataset::CIFAR10;
using dataset::CIFAR100;
using dataset::NPY;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

const config::Registries kRegistries = registry::builtin_registries();
const config::BuildContext kContext{kRegistries, {}, {}, at::kCPU, {}};
const std::string kFixtures = QUALIA_SNN_SOURCE "/tests/dataset/fixtures/";  // see write_fixtures.py there

/// Image i of a fixture: pixel k, channels first, is (i + 7 * k) % 256.
at::Tensor image(std::int64_t i) {
  return at::arange(3072, at::kLong).mul(7).add(i).remainder(256).view({3, 32, 32}).permute({1, 2, 0});
}

/// One row of the binary version of CIFAR: labels, then the pixels of image i.
std::string row(const std::string& labels, int i) {
  std::string bytes = labels;
  for (int k = 0; k < 3072; ++k) bytes += static_cast<char>((i + 7 * k) % 256);
  return bytes;
}

datamodel::RawDataModel raw(datamodel::DataModel model) { return std::move(datamodel::raw_data(model, "test")); }

CIFAR10 cifar10(const std::string& path) { return {{path, "float32"}, kContext}; }
NPY npy(const std::string& path) {
  NPY::Options options;
  options.path = path;
  return {options, kContext};
}

}  // namespace

TEST_CASE("CIFAR-10 is read from its pickles, channels last, one chunk per file", "[dataset][cifar]") {
  for (const auto& path : {kFixtures, kFixtures + "cifar-10-batches-py"}) {
    const auto data = raw(cifar10(path).load());
    CHECK(data.name == "CIFAR10");
    CHECK(data.sets.train->x.sizes() == at::IntArrayRef({6, 32, 32, 3}));
    CHECK(data.sets.train->x.scalar_type() == at::kFloat);
    CHECK(at::equal(data.sets.train->x[1], image(1).to(at::kFloat)));
    CHECK(at::equal(data.sets.train->y, at::tensor({9, 1, 2, 3, 4, 5}, at::kLong)));
    CHECK(data.sets.train->chunks == std::vector<std::int64_t>{2, 1, 1, 1, 1});
    CHECK(at::equal(data.sets.test->y, at::tensor({0}, at::kLong)));
    CHECK_FALSE(data.sets.valid.has_value());
  }
}

TEST_CASE("CIFAR-100 gives its classes or superclasses", "[dataset][cifar]") {
  const auto fine = raw(CIFAR100({kFixtures, "uint8", "fine_labels"}, kContext).load());
  const auto coarse = raw(CIFAR100({kFixtures, "uint8", "coarse_labels"}, kContext).load());
  CHECK(at::equal(fine.sets.train->x[1], image(1).to(at::kByte)));
  CHECK(at::equal(fine.sets.train->y, at::tensor({99, 19}, at::kLong)));
  CHECK(at::equal(fine.sets.test->y, at::tensor({7}, at::kLong)));
  CHECK(at::equal(coarse.sets.train->y, at::tensor({19, 11}, at::kLong)));
  CHECK(at::equal(coarse.sets.test->y, at::tensor({3}, at::kLong)));
}

TEST_CASE("the binary versions of CIFAR give the same", "[dataset][cifar]") {
  const TemporaryFolder folder;
  for (int i = 1; i < 6; ++i)
    testing::write_text(folder / concat("cifar-10-batches-bin/data_batch_", i, ".bin"), row("\x04", 3));
  testing::write_text(folder / "cifar-10-batches-bin/test_batch.bin", row("\x09", 0) + row("\x01", 1));
  testing::write_text(folder / "cifar-100-binary/train.bin", row("\x13\x63", 5));
  testing::write_text(folder / "cifar-100-binary/test.bin", row("\x02\x08", 6));
  const auto data = raw(cifar10(folder.path()).load());
  CHECK(at::equal(data.sets.train->y, at::full({5}, 4, at::kLong)));
  CHECK(at::equal(data.sets.test->x[1], image(1).to(at::kFloat)));
  CHECK(at::equal(data.sets.test->y, at::tensor({9, 1}, at::kLong)));
  const auto fine = raw(CIFAR100({folder.path(), "uint8", "fine_labels"}, kContext).load());
  CHECK(fine.sets.train->y.item<int>() == 99);
  CHECK(at::equal(fine.sets.test->x[0], image(6).to(at::kByte)));
  CHECK(raw(CIFAR100({folder.path(), "uint8", "coarse_labels"}, kContext).load()).sets.test->y.item<int>() == 2);

  testing::write_text(folder / "cifar-10-batches-bin/test_batch.bin", row("\x0a", 0));
  CHECK_THROWS_WITH(cifar10(folder.path()).load(),
                    contains("test_batch.bin") && contains("labels 10 to 10; expected 0 to 9"));
  testing::write_text(folder / "cifar-10-batches-bin/test_batch.bin", row("\x01", 0) + "x");
  CHECK_THROWS_WITH(cifar10(folder.path()).load(), contains("3074 bytes; expected a multiple of 3073"));
  testing::write_text(folder / "cifar-10-batches-bin/test_batch.bin", "");
  CHECK_THROWS_WITH(cifar10(folder.path()).load(), contains("it holds no images"));
}

TEST_CASE("CIFAR files that are missing or foreign are clear errors", "[dataset][cifar]") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH(cifar10(folder / "absent").load(),
                    contains("no data_batch_1 (Python version) and no data_batch_1.bin"));
  fs::copy(kFixtures + "cifar-10-batches-py", folder.path());
  fs::remove(folder / "data_batch_3");
  CHECK_THROWS_WITH(cifar10(folder.path()).load(), contains("data_batch_3: cannot be read"));
  testing::write_text(folder / "data_batch_3", "\x80\x02}U\x06labels]s.");
  CHECK_THROWS_WITH(cifar10(folder.path()).load(),
                    contains("data_batch_3: no CIFAR file that can be read: it has no entry \"data\""));
  testing::write_text(folder / "data_batch_3", "\x80\x02].");
  CHECK_THROWS_WITH(cifar10(folder.path()).load(), contains("it holds no dict"));
  testing::write_text(folder / "data_batch_3",
                      "\x80\x02"
                      "cposix\nsystem\nU\x04true\x85R.");
  CHECK_THROWS_WITH(cifar10(folder.path()).load(), contains("asks for 'posix system', which is not allowed"));
  testing::write_text(folder / "data_batch_3", testing::read_text(kFixtures + "cifar-100-python/train"));
  CHECK_THROWS_WITH(cifar10(folder.path()).load(), contains("it has no entry \"labels\""));
}

TEST_CASE("mutated CIFAR files end as a DataError or a load", "[dataset][cifar]") {
  const TemporaryFolder folder;
  fs::copy(kFixtures + "cifar-10-batches-py", folder.path());
  const auto good = testing::read_text(folder / "data_batch_1");
  std::mt19937 draw(1);
  int errors = 0;
  for (int i = 0; i < 1500; ++i) {
    auto bytes = good;
    if (i % 3 == 0) bytes.resize(draw() % good.size());
    // Between the first 220 bytes and the last 40 there are only pixels.
    for (unsigned flips = 1 + draw() % 4; flips > 0; --flips) {
      const auto at = draw() % 260;
      const auto position = at < 220 ? at : good.size() - 1 - (at - 220);
      if (position < bytes.size()) bytes[position] ^= static_cast<char>(1 + draw() % 255);
    }
    testing::write_text(folder / "data_batch_1", bytes);
    try {
      cifar10(folder.path()).load();
    } catch (const DataError&) {
      ++errors;
    }
  }
  CHECK(errors > 500);
}

TEST_CASE("arrays of one's own come from an archive or a folder", "[dataset][npy]") {
  const auto x = at::arange(24, at::kFloat).view({4, 3, 2});
  for (const char* file : {"arrays.npz", "compressed.npz"}) {
    const auto data = raw(npy(kFixtures + file).load());
    CHECK(data.name == "NPY");
    CHECK(at::equal(data.sets.train->x, x));  // float64 in the file
    CHECK(data.sets.train->y.scalar_type() == at::kLong);
    CHECK(at::equal(data.sets.train->y, at::tensor({0, 1, 2, 1}, at::kLong)));
    CHECK(data.sets.test->x.scalar_type() == at::kByte);
    CHECK(at::equal(data.sets.test->y, at::tensor({0.f, 0.f, 1.f, 1.f, 0.f, 0.f}).view({2, 3})));
    CHECK_FALSE(data.sets.valid.has_value());
  }
  const TemporaryFolder folder;
  io::write_npy(folder / "inputs.npy", x.to(at::kUInt16));
  io::write_npy(folder / "y_train.npy", at::tensor({3, 2, 1, 0}, at::kByte).to(at::kUInt32));
  io::write_npy(folder / "x_valid.npy", x.narrow(0, 0, 1));
  io::write_npy(folder / "y_valid.npy", at::tensor({1}, at::kLong));
  NPY::Options options;
  options.path = folder.path();
  options.name = "mine";
  options.x_train = "inputs";
  const auto data = raw(NPY(options, kContext).load());
  CHECK(data.name == "mine");
  CHECK(at::equal(data.sets.train->x, x));
  CHECK(at::equal(data.sets.train->y, at::tensor({3, 2, 1, 0}, at::kLong)));
  CHECK(data.sets.valid->size() == 1);
  CHECK_FALSE(data.sets.test.has_value());
}

TEST_CASE("arrays that make no data set are clear errors", "[dataset][npy]") {
  const TemporaryFolder folder;
  const auto load = [&] { return npy(folder.path()).load(); };
  CHECK_THROWS_WITH(npy(folder / "absent").load(), contains("absent: not found; expected an .npz file or a folder"));
  CHECK_THROWS_WITH(npy(kFixtures + "blosc2.npz").load(), contains("preprocessed by Qualia (Blosc2)"));
  CHECK_THROWS_WITH(load(), contains("x_train.npy: not found"));
  io::write_npy(folder / "x_train.npy", at::rand({4}));
  io::write_npy(folder / "y_train.npy", at::zeros({4}, at::kLong));
  CHECK_THROWS_WITH(load(), contains("x_train.npy: holds [4]; expected samples [N, ...]"));
  io::write_npy(folder / "x_train.npy", at::rand({3, 2}));
  CHECK_THROWS_WITH(load(), contains("y_train.npy: holds [4] labels for 3 samples"));
  io::write_npy(folder / "x_train.npy", at::rand({4, 2}));
  io::write_npy(folder / "y_train.npy", at::rand({4}));
  CHECK_THROWS_WITH(load(), contains("y_train.npy: holds [4] of type Float; expected class numbers"));
  io::write_npy(folder / "y_train.npy", at::zeros({4, 1}, at::kLong));
  CHECK_THROWS_WITH(load(), contains("holds [4, 1] of type Long"));
  io::write_npy(folder / "y_train.npy", at::zeros({4}, at::kLong));
  io::write_npy(folder / "x_test.npy", at::rand({1, 3}));
  CHECK_THROWS_WITH(load(), contains("y_test.npy: not found"));
  io::write_npy(folder / "y_test.npy", at::zeros({1}, at::kLong));
  CHECK_THROWS_WITH(load(), contains("x_test.npy: holds [1, 3], the training set [4, 2]"));
  fs::remove(folder / "x_test.npy");
  CHECK_THROWS_WITH(load(), contains("x_test.npy: not found"));
  NPY::Options options;
  options.path = kFixtures + "arrays.npz";
  options.x_train = "images";
  CHECK_THROWS_WITH(NPY(options, kContext).load(),
                    contains("arrays.npz: images: not found; the archive holds fortran, "));
  for (const char* name : {"", "a/b", "..", "a b"}) {
    options.name = name;
    CHECK_THAT(options.validate(), contains("is no file name"));
  }
}

TEST_CASE("EuroSAT's split rounds as float64 does", "[dataset][eurosat]") {
  NumpyRandom random(2);
  const auto split = dataset::split_eurosat({{"A", 3000}, {"B", 1}, {"C", 0}}, 0.8, random);
  CHECK(split.test[0].second.size() == 599);
  CHECK(split.train[0].second.size() == 2401);
  CHECK(split.train[1].second == std::vector<std::int64_t>{1});
  CHECK(dataset::to_json({split.train[1], split.test[2]}) == "{\n  \"B\": [\n    1\n  ],\n  \"C\": []\n}");
  CHECK_THROWS_WITH(dataset::split_eurosat({}, 1.5, random), contains("train_test_ratio = 1.5: must be >= 0 and <= 1"));
}
