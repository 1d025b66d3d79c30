#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"
#include "qualia_snn/core/numpy_random.h"
#include "qualia_snn/preprocessing/class2binmatrix.h"
#include "qualia_snn/preprocessing/copy_set.h"
#include "qualia_snn/preprocessing/dataset_splitter.h"
#include "qualia_snn/preprocessing/normalize.h"
#include "qualia_snn/preprocessing/remove_activity.h"
#include "qualia_snn/preprocessing/reshape2dto1d.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using datamodel::RawData;
using datamodel::RawDataModel;
using testing::TemporaryFolder;

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

TEST_CASE("a training chunk is scaled by its own statistics, the test set by those of all", "[preprocessing]") {
  auto data = make_data();
  data.sets.train =
      RawData{at::tensor({4.f, 12.f, 0.f, 2.f, 5.f, 7.f}).view({6, 1}), at::zeros({6}, at::kLong), {}, {2, 2, 2}};
  data.sets.test = RawData{at::tensor({6.f}).view({1, 1}), at::zeros({1}, at::kLong), {}, {1}};
  const auto chunked = data;
  preprocessing::Normalize({"min-max", {{0}}, false}, kContext).apply(data);
  CHECK(at::allclose(data.sets.train->x.flatten(), at::tensor({0.f, 1.f, 0.f, 1.f, 0.f, 1.f})));
  CHECK(data.sets.test->x.item<float>() == 0.5f);
  data = chunked;
  preprocessing::Normalize({"z-score", {{0}}, false}, kContext).apply(data);
  CHECK(at::allclose(data.sets.train->x.flatten(), at::tensor({-1.f, 1.f, -1.f, 1.f, -1.f, 1.f})));
  // Mean 5, mean of the squares 119/3, variance 44/3.
  CHECK(data.sets.test->x.item<double>() == Approx(1 / std::sqrt(44. / 3)));
  data = chunked;
  data.sets.train->chunks = {2, 1};
  CHECK_THROWS_WITH(preprocessing::Normalize({}, kContext).apply(data), contains("chunks of 3 samples in all, but 6"));
  data = make_data();
  CHECK_THROWS_WITH(preprocessing::Normalize({"min-max", {{1}}, false}, kContext).apply(data),
                    contains("axis leaves out axis 0"));
}

namespace {

/// Collects warnings while it lives.
struct Warnings {
  std::vector<std::string> texts;
  Warnings() {
    log::set_handler([this](log::Level level, std::string_view text) {
      if (level == log::Level::kWarning) texts.emplace_back(text);
    });
  }
  ~Warnings() { log::set_handler({}); }
};

preprocessing::DatasetSplitter splitter(const std::string& source, const std::string& dest, double ratio) {
  return {{{source, dest}, ratio}, {kRegistries, {}, {}, at::kCPU, {}, std::make_shared<NumpyRandom>(2)}};
}

}  // namespace

TEST_CASE("a split moves the first samples of NumPy's permutation", "[preprocessing]") {
  Warnings warnings;
  RawDataModel data{"example", {}};
  const auto numbers = at::arange(10, at::kLong);
  data.sets.train = RawData{numbers.view({10, 1}), numbers + 100, numbers + 200, {5, 5}};
  splitter("train", "valid", 0.25).apply(data);  // the permutation of seed 2: 2 0 7 6 9 5 3 4 8 1
  CHECK(at::equal(data.sets.valid->x, at::tensor({2, 0}, at::kLong).view({2, 1})));
  CHECK(at::equal(data.sets.valid->y, at::tensor({102, 100}, at::kLong)));
  CHECK(at::equal(data.sets.train->y, at::tensor({107, 106, 109, 105, 103, 104, 108, 101}, at::kLong)));
  CHECK(at::equal(data.sets.train->info, data.sets.train->y + 100));
  CHECK(at::equal(data.sets.valid->info, data.sets.train->info));  // as in Qualia
  CHECK(data.sets.train->chunks.empty());
  REQUIRE(warnings.texts.size() == 1);
  CHECK_THAT(warnings.texts[0], contains("the info of the valid set is that of the samples which stay in the train"));

  splitter("train", "valid", 0).apply(data);
  CHECK(data.sets.valid->size() == 0);
  CHECK_THAT(warnings.texts.back(), contains("the 2 samples that the valid set of example had are dropped"));
  splitter("train", "test", 1).apply(data);
  CHECK(data.sets.train->size() == 0);
  CHECK(data.sets.test->size() == 8);
}

TEST_CASE("sets that cannot be split or copied are clear errors", "[preprocessing]") {
  auto data = make_data();
  CHECK_THROWS_WITH(splitter("valid", "test", 0.1).apply(data),
                    contains("DatasetSplitter: source = \"valid\": example has no such set; it has train, test"));
  CHECK_THROWS_WITH(preprocessing::CopySet({{"valid", "test"}, {}}, kContext).apply(data), contains("no such set"));
  CHECK_THROWS_WITH(preprocessing::DatasetSplitter({}, kContext), contains("BuildContext::shared_random"));
  data.sets.train->info = at::zeros({1}, at::kLong);
  CHECK_THROWS_WITH(splitter("train", "test", 0.1).apply(data), contains("info of the train set is [1] for 2 samples"));
  const auto parse = [](const std::string& key, config::Value value) {
    config::Value params;
    params.set(key, std::move(value));
    config::parse<preprocessing::DatasetSplitter::Options>({params, "params"}, {});
  };
  CHECK_THROWS_WITH(parse("ratio", {1.1, {}}), contains("params.ratio = 1.1: must be >= 0 and <= 1"));
  CHECK_THROWS_WITH(parse("dest", {std::string("val"), {}}), contains("must be one of \"train\", \"valid\", \"test\""));
  CHECK_THROWS_WITH(parse("dest", {std::string("train"), {}}), contains("source and dest are both \"train\""));
}

TEST_CASE("a copied set shares no memory with its source", "[preprocessing]") {
  Warnings warnings;
  auto data = make_data();
  data.sets.train->info = at::tensor({7, 8}, at::kLong);
  data.sets.train->chunks = {1, 1};
  preprocessing::CopySet({{"train", "valid"}, {}}, kContext).apply(data);
  CHECK(at::equal(data.sets.valid->info, data.sets.train->info));
  CHECK(data.sets.valid->chunks == data.sets.train->chunks);
  data.sets.train->x.zero_();
  CHECK(data.sets.valid->x.max().item<float>() == 9);
  CHECK(warnings.texts.empty());
  preprocessing::CopySet({{"train", "test"}, 0.5}, kContext).apply(data);
  REQUIRE(warnings.texts.size() == 2);
  CHECK_THAT(warnings.texts[0], contains("ratio = 0.5 has no effect"));
  CHECK_THAT(warnings.texts[1], contains("the 1 samples that the test set"));
}

TEST_CASE("images become signals row by row", "[preprocessing]") {
  auto data = make_data();
  CHECK_THROWS_WITH(preprocessing::Reshape2DTo1D({}, kContext).apply(data), contains("expected [N, H, W, C]"));
  const auto x = at::arange(12).view({1, 2, 3, 2});
  data.sets.train->x = x;
  data.sets.test->x = x.transpose(1, 2);
  preprocessing::Reshape2DTo1D({}, kContext).apply(data);
  CHECK(at::equal(data.sets.train->x, x.view({1, 6, 2})));
  CHECK(at::equal(data.sets.test->x[0][1], x[0][1][0]));
}

TEST_CASE("exported sets are imported again; a set that is gone is not read", "[datamodel]") {
  const TemporaryFolder folder;
  const auto root = folder.path().string();
  auto data = make_data();
  data.sets.valid = data.sets.test;
  data.sets.train->info = at::tensor({5, 6}, at::kLong).view({2, 1});
  datamodel::export_data(data, root);
  CHECK(testing::files_below(folder.path()).size() == 7);
  const auto read = datamodel::import_data("example", root);
  CHECK(at::equal(read.sets.train->x, data.sets.train->x));
  CHECK(at::equal(read.sets.valid->y, data.sets.valid->y));
  CHECK(at::equal(read.sets.train->info, data.sets.train->info));
  CHECK_FALSE(read.sets.valid->info.defined());
  data.sets.valid.reset();
  data.sets.train->info.reset();
  datamodel::export_data(data, root);
  CHECK(testing::files_below(folder.path()).size() == 4);
  CHECK_FALSE(datamodel::import_data("example", root).sets.valid.has_value());
  CHECK_THROWS_WITH(datamodel::import_data("other", root), contains("run the action preprocess_data first"));
}

TEST_CASE("a data set that Qualia preprocessed as Blosc2 is explained", "[datamodel]") {
  const TemporaryFolder folder;
  const auto root = folder.path().string();
  std::filesystem::create_directories(folder / "out/data/example/train");
  std::filesystem::create_directories(folder / "out/data/example/valid");
  const std::string frame = QUALIA_SNN_SOURCE "/tests/dataset/fixtures/blosc2.npz";
  std::filesystem::copy(frame, folder / "out/data/example/train/data.npz");
  std::filesystem::copy(frame, folder / "out/data/example/valid/data.npz");
  CHECK_THROWS_WITH(datamodel::import_data("example", root),
                    contains("train/data.npz: preprocessed by Qualia (Blosc2)") && contains("preprocess_data"));
  datamodel::export_data(make_data(), root);
  CHECK_FALSE(datamodel::import_data("example", root).sets.valid.has_value());
}

TEST_CASE("an export that cannot be written changes nothing", "[datamodel]") {
  const TemporaryFolder folder;
  std::filesystem::create_directories(folder / "out/data/example/test/labels.npy");
  CHECK_THROWS_WITH(datamodel::export_data(make_data(), folder.path().string()), contains("no regular file"));
  CHECK(testing::files_below(folder.path()).empty());
}

TEST_CASE("an activity goes by its name, whatever number the data set gives it", "[preprocessing]") {
  const auto samples = at::zeros({1, 4, 2});
  datamodel::HARDataModel people{"har", {}, {}};
  people.sets.train = std::vector<datamodel::Subject>{
      {"1", {{3, samples, "SITTING"}, {4, samples, "STANDING"}, {datamodel::activity_number("SITTING"), samples}}}};
  datamodel::DataModel data = people;
  preprocessing::RemoveActivity::Options options;
  options.activities = {config::Value(std::string("SITTING"), {})};
  preprocessing::RemoveActivity(options, kContext).apply(data);
  const auto& left = std::get<datamodel::HARDataModel>(data).sets.train->front().activities;
  REQUIRE(left.size() == 1);
  CHECK(left.front().name == "STANDING");
}
