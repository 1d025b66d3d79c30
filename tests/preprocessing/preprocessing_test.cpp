#include "qualia_snn/core/error.h"
#include "qualia_snn/preprocessing/class2binmatrix.h"
#include "qualia_snn/preprocessing/normalize.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using datamodel::RawData;
using datamodel::RawDataModel;

namespace {

const config::Registries kRegistries = registry::builtin_registries();
const config::BuildContext kContext{kRegistries, {}, {}, at::kCPU, {}};

RawDataModel make_data() {
  RawDataModel data{"example", {}};
  data.sets.train = RawData{at::tensor({0.f, 1.f, 2.f, 9.f}).view({2, 2, 1}), at::tensor({2, 0}, at::kByte)};
  data.sets.test = RawData{at::tensor({4.f, 5.f}).view({1, 2, 1}), at::tensor({1}, at::kByte)};
  return data;
}

}  // namespace

TEST_CASE("class numbers become one-hot rows; every set counts its classes unless told", "[preprocessing]") {
  auto data = make_data();
  preprocessing::Class2BinMatrix({}, kContext).apply(data);
  CHECK(at::equal(data.sets.train->y, at::tensor({0.f, 0.f, 1.f, 1.f, 0.f, 0.f}).view({2, 3})));
  CHECK(data.sets.test->y.sizes() == at::IntArrayRef({1, 2}));
  data = make_data();
  preprocessing::Class2BinMatrix({5}, kContext).apply(data);
  CHECK(data.sets.test->y.sizes() == at::IntArrayRef({1, 5}));
  CHECK_THROWS_WITH(preprocessing::Class2BinMatrix({}, kContext).apply(data), contains("expected class numbers [N]"));
  data = make_data();
  CHECK_THROWS_WITH(preprocessing::Class2BinMatrix({2}, kContext).apply(data),
                    contains("the train set has labels 0 to 2; expected 0 to 1"));
}

TEST_CASE("min-max and z-score use the statistics of the training set", "[preprocessing]") {
  auto data = make_data();
  preprocessing::Normalize({"min-max", {{0, 1, 2}}, false}, kContext).apply(data);
  CHECK(at::allclose(data.sets.train->x.flatten(), at::tensor({0.f, 1.f, 2.f, 9.f}) / 9));
  CHECK(at::allclose(data.sets.test->x.flatten(), at::tensor({4.f, 5.f}) / 9));
  data = make_data();
  preprocessing::Normalize({}, kContext).apply(data);  // per feature: means 1 and 5, deviations 1 and 4
  CHECK(at::allclose(data.sets.train->x.flatten(), at::tensor({-1.f, -1.f, 1.f, 1.f})));
  CHECK(at::allclose(data.sets.test->x.flatten(), at::tensor({3.f, 0.f})));
  CHECK(data.sets.test->x.scalar_type() == at::kFloat);
}

TEST_CASE("data that cannot be normalised is a clear error", "[preprocessing]") {
  auto data = make_data();
  CHECK_THROWS_WITH(preprocessing::Normalize({"min-max", {{3}}, false}, kContext).apply(data), contains("axis 3"));
  CHECK_THROWS_WITH(preprocessing::Normalize({"min-max", {{0, -3}}, false}, kContext).apply(data),
                    contains("named twice"));
  CHECK_THROWS_WITH(preprocessing::Normalize({"min-max", {{}}, false}, kContext).apply(data),
                    contains("axis is empty"));
  data.sets.train->x = data.sets.train->x.to(at::kByte);
  CHECK_THROWS_WITH(preprocessing::Normalize({}, kContext).apply(data), contains("expected float32"));
  RawDataModel empty{"empty", {}};
  CHECK_THROWS_WITH(preprocessing::Normalize({}, kContext).apply(empty), contains("no training set"));
}

TEST_CASE("exported sets are imported again; a set that is gone is not read", "[datamodel]") {
  const testing::TemporaryFolder folder;
  const auto root = folder.path().string();
  auto data = make_data();
  data.sets.valid = data.sets.test;
  datamodel::export_data(data, root);
  CHECK(testing::files_below(folder.path()).size() == 6);
  const auto read = datamodel::import_data("example", root);
  CHECK(at::equal(read.sets.train->x, data.sets.train->x));
  CHECK(at::equal(read.sets.valid->y, data.sets.valid->y));
  data.sets.valid.reset();
  datamodel::export_data(data, root);
  CHECK_FALSE(datamodel::import_data("example", root).sets.valid.has_value());
  CHECK_THROWS_WITH(datamodel::import_data("other", root), contains("run the action preprocess_data first"));
}

TEST_CASE("an export that cannot be written changes nothing", "[datamodel]") {
  const testing::TemporaryFolder folder;
  std::filesystem::create_directories(folder / "out/data/example/test/labels.npy");
  CHECK_THROWS_WITH(datamodel::export_data(make_data(), folder.path().string()), contains("no regular file"));
  CHECK(testing::files_below(folder.path()).empty());
}
