#include <filesystem>

#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/core/numpy_random.h"
#include "qualia_snn/dataset/dataset.h"
#include "qualia_snn/io/npz.h"
#include "qualia_snn/registry/builtin.h"
#include "qualia_snn/signal/resize.h"
#include "tests/support/files.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using testing::TemporaryFolder;
namespace fs = std::filesystem;

namespace {

const config::Registries kRegistries = registry::builtin_registries();
const std::string kMedia = QUALIA_SNN_SOURCE "/tests/dataset/fixtures/media";  // see write_media_fixtures.py there

at::Tensor expected(const std::string& name) {
  static const io::NpzArchive archive(kMedia + "/expected.npz");
  return archive.read(name);
}

datamodel::DataModel load(const std::string& kind, const std::string& params) {
  static const TemporaryFolder scratch;
  const config::BuildContext context{kRegistries,   {}, {}, at::kCPU, {}, std::make_shared<NumpyRandom>(1),
                                     scratch.path()};
  return kRegistries.datasets.make({kind, {config::parse_text(params, "test.toml"), "params"}, {}, "kind"}, context)
      ->load();
}

datamodel::RawDataSets load_arrays(const std::string& kind, const std::string& params) {
  auto model = load(kind, params);
  return datamodel::raw_data(model, "test").sets;
}

std::string path(const std::string& name) { return "path = \"" + kMedia + "/" + name + "\"\n"; }

/// A copy of a part of the fixtures that a test may damage.
struct Copy {
  explicit Copy(const std::string& name) { fs::copy(kMedia + "/" + name, folder.path(), fs::copy_options::recursive); }
  std::string params() const { return "path = \"" + folder.path().string() + "\"\n"; }
  TemporaryFolder folder;
};

at::Tensor padded(const at::Tensor& samples, std::int64_t length) {
  const auto count = std::min(length, samples.size(0));
  auto x = at::zeros({length, 1});
  x.narrow(0, 0, count).select(1, 0).copy_(samples.narrow(0, 0, count));
  return x;
}

at::Tensor numbers(std::vector<std::int64_t> values) { return at::tensor(values, at::kLong); }

}  // namespace

TEST_CASE("SHD and SSC are read from HDF5, gzipped or not", "[dataset][events]") {
  for (const std::string kind : {"SHD", "SSC"}) {
    auto model = load(kind, path("shd") + "prefix = \"shd\"");
    auto& events = datamodel::event_data(model, "test");
    CHECK(events.name == kind);
    CHECK((events.h == 1 && events.w == 700));
    CHECK(events.sets.train->recordings == 2);
    CHECK(events.sets.valid.has_value() == (kind == "SSC"));
    const auto first = events.sets.train->read(0), test = events.sets.test->read(0);
    for (const auto& recording : {first, test}) {
      CHECK(at::equal(recording.t, expected("shd_t")));
      CHECK(at::equal(recording.x.to(at::kLong), numbers({0, 699, 350, 7})));
      CHECK(recording.p.all().item<bool>());
    }
    CHECK(at::equal(first.labels.to(at::kLong), numbers({3, 3, 3, 3})));
    CHECK(first.labels.scalar_type() == at::kByte);
    CHECK(events.sets.train->read(1).labels[0].item<int>() == 19);
    if (kind == "SSC") CHECK(events.sets.valid->read(0).t[0].item<std::int64_t>() == 250000);
  }
}

TEST_CASE("damaged HDF5 is refused by name", "[dataset][events]") {
  const auto fails = [](const std::string& file, const std::string& message) {
    CAPTURE(file);
    const TemporaryFolder folder;
    fs::copy(kMedia + "/broken/" + file, folder / "shd_train.h5");
    fs::copy(kMedia + "/shd/shd_test.h5.gz", folder / "shd_test.h5.gz");
    const auto read = [&] {
      auto model = load("SHD", "path = \"" + folder.path().string() + "\"");
      datamodel::event_data(model, "test").sets.train->read(0);
    };
    CHECK_THROWS_AS(read(), DataError);
    CHECK_THROWS_WITH(read(), contains("shd_train.h5") && contains(message));
  };
  fails("unit.h5", "recording 0: a unit is outside 0 to 699");
  fails("order.h5", "recording 0: event 1 at");
  fails("nan.h5", "recording 0: a time is not finite");
  fails("label.h5", "a label is outside 0 to 19");
  fails("counts.h5", "2 times and 1 units");
  fails("labels.h5", "2 labels, 1 lists of times");
  fails("none.h5", "holds no recordings");
  fails("float.tif", "cannot be read as HDF5");
  const Copy cut("shd");
  const auto train = testing::read_text(cut.folder / "shd_train.h5"),
             test = testing::read_text(cut.folder / "shd_test.h5.gz");
  testing::write_text(cut.folder / "shd_train.h5", train.substr(0, train.size() / 2));
  CHECK_THROWS_WITH(load("SHD", cut.params()), contains("shd_train.h5: cannot be read as HDF5"));
  testing::write_text(cut.folder / "shd_train.h5", train);
  testing::write_text(cut.folder / "shd_test.h5.gz", test.substr(0, test.size() / 2));
  CHECK_THROWS_WITH(load("SHD", cut.params()), contains("shd_test.h5.gz: damaged gzip file: it ends early"));
  CHECK_THROWS_WITH(load("SHD", path("nowhere")), contains("shd_train.h5: not found"));
}

TEST_CASE("FSDD is read from a folder and split by index or speaker", "[dataset][audio]") {
  const auto sets = load_arrays("FSDD", path("fsdd") + "record_length = 32");
  CHECK(sets.train->x.sizes() == at::IntArrayRef({2, 32, 1}));
  CHECK(at::equal(sets.train->x[0], padded(expected("fsdd_3_ann_5"), 32)));
  CHECK(at::equal(sets.train->y, numbers({3, 9})));
  CHECK(at::equal(sets.test->y, numbers({0, 3, 7})));
  const auto cut = load_arrays("FSDD", path("fsdd") + "record_length = 10\ntest_speakers = [\"bob\"]");
  CHECK(at::equal(cut.test->y, numbers({3, 9})));
  CHECK(at::equal(cut.test->x[1], padded(expected("fsdd_9_bob_12"), 10)));
  CHECK_THROWS_WITH(load("FSDD", path("hd")), contains("holds no *.wav"));
  CHECK_THROWS_WITH(load("FSDD", path("gsc")), contains("expected a name like <digit>_<speaker>_<i>.wav"));
  CHECK_THROWS_WITH(load("FSDD", path("fsdd") + "test_speakers = [\"eve\"]"), contains("has no speaker \"eve\""));
}

TEST_CASE("GSC gives digits, all words, or commands with silence", "[dataset][audio]") {
  const auto digits = load_arrays("GSC", path("gsc") + "record_length = 30");
  CHECK(at::equal(digits.train->y, numbers({1, 2, 0})));  // one/a, two/a, zero/a
  CHECK(at::equal(digits.test->y, numbers({1})));
  CHECK(at::equal(digits.train->x[1], padded(expected("gsc_two_a"), 30)));
  CHECK_FALSE(digits.valid.has_value());
  const auto words = load_arrays(
      "GSC", path("gsc") + "record_length = 20\nsubset = \"no_background_noise\"\ntrain_valid_split = true");
  CHECK(at::equal(words.train->y, numbers({1, 21, 33, 34})));  // bed, one, yes, zero
  CHECK(at::equal(words.valid->y, numbers({29})));
  CHECK(at::equal(words.test->y, numbers({21, 33})));
  const auto old =
      load_arrays("GSC", path("gsc") + "record_length = 20\nsubset = \"no_background_noise\"\nvariant = \"v1\"");
  CHECK(at::equal(old.train->y, numbers({0, 17, 25, 28, 29})));  // without the words that v2 added
  const auto commands = load_arrays("GSC", path("gsc") + "record_length = 20\nsubset = \"tensorflow\"\ntest_path = \"" +
                                               kMedia + "/gsc_test\"\ntrain_valid_split = true");
  CHECK(at::equal(commands.train->y, numbers({11, 11, 9, 11, 10, 10, 10, 10})));  // then windows of white_noise
  CHECK(at::equal(commands.train->x[5].select(1, 0), expected("gsc_white_noise").narrow(0, 10, 20).to(at::kFloat)));
  CHECK(at::equal(commands.valid->y, numbers({11, 10, 10, 10, 10})));
  CHECK(at::equal(commands.test->y, numbers({11, 9, 10, 11, 9})));
  CHECK_THROWS_WITH(load("GSC", path("gsc") + "subset = \"tensorflow\""), contains("needs test_path"));
  CHECK_THROWS_WITH(load("GSC", path("nowhere")), contains("there is no such folder"));
}

TEST_CASE("HD is read from FLAC, with speakers", "[dataset][audio]") {
  const auto sets = load_arrays("HD", path("hd"));
  CHECK(sets.train->x.sizes() == at::IntArrayRef({2, 40, 1}));
  CHECK(at::equal(sets.train->x[0], padded(expected("hd_0_3").to(at::kFloat) / 32768, 40)));
  CHECK(at::equal(sets.train->x[1], padded(expected("hd_1_0").to(at::kFloat) / 32768, 40)));
  CHECK(at::equal(sets.train->y, numbers({3, 0})));
  CHECK(at::equal(sets.train->info, numbers({0, 1}).view({2, 1})));
  CHECK(at::equal(sets.test->y, numbers({7})));
  const auto by_subject = load_arrays("HD", path("hd") + "variant = \"by-subject\"\ntest_subjects = [1]");
  CHECK(at::equal(by_subject.test->y, numbers({0, 7})));
  CHECK_THROWS_WITH(load("HD", path("hd") + "variant = \"by-subject\""), contains("needs test_subjects"));
  CHECK_THROWS_WITH(load("HD", path("hd") + "variant = \"by-subject\"\ntest_subjects = [1, 99]"),
                    contains("test_subjects names 99"));
}

TEST_CASE("damaged recordings are refused by name", "[dataset][audio]") {
  const auto fails = [](const std::function<void(std::string&)>& damage, const std::string& message) {
    const Copy copy("fsdd");
    const auto file = copy.folder / "3_ann_5.wav";
    auto bytes = testing::read_text(file);
    damage(bytes);
    testing::write_text(file, bytes);
    CHECK_THROWS_AS(load("FSDD", copy.params()), DataError);
    CHECK_THROWS_WITH(load("FSDD", copy.params()), contains("3_ann_5.wav: ") && contains(message));
  };
  fails([](std::string& bytes) { bytes.clear(); }, "cannot be read as audio");
  fails([](std::string& bytes) { bytes[0] = 'X'; }, "cannot be read as audio");
  fails([](std::string& bytes) { bytes.resize(44); }, "byte 36: the chunk announces ");
  fails([](std::string& bytes) { bytes.resize(bytes.size() / 2); }, "byte 36: the chunk announces ");
  fails([](std::string& bytes) { bytes.resize(bytes.size() - 1); }, "is it cut?");
  fails([](std::string& bytes) { bytes = bytes.substr(0, 44).replace(40, 4, 4, '\0'); }, "holds no samples");
  fails([](std::string& bytes) { bytes = testing::read_text(kMedia + "/audio/stereo.wav"); }, "2 channels");
  fails([](std::string& bytes) { bytes = testing::read_text(kMedia + "/audio/nan.wav"); }, "expected one channel");
  const Copy copy("hd");
  fs::copy(kMedia + "/audio/nan.wav", copy.folder / "audio/lang-english_speaker-02_trial-1_digit-1.wav");
  CHECK_THROWS_WITH(load("HD", copy.params()), contains("frame 1 is not finite"));
}

TEST_CASE("EuroSAT is read from TIFF and JPEG, and its split is kept", "[dataset][images]") {
  const Copy copy("eurosat");
  const auto bands = load_arrays("EuroSAT", copy.params() + "train_test_ratio = 0.5");
  CHECK(bands.train->x.sizes() == at::IntArrayRef({2, 64, 64, 13}));
  CHECK(at::equal(bands.train->y, numbers({0, 1})));
  CHECK(testing::read_text(copy.folder / "test_idx.json").starts_with("{\n  \"Forest\": [\n"));
  testing::write_text(copy.folder / "train_idx.json", R"({"Forest": [2], "River": [1, 7]})");
  testing::write_text(copy.folder / "test_idx.json", R"({"Forest": [1], "River": [2]})");
  const auto again = load_arrays("EuroSAT", copy.params());
  CHECK(at::equal(again.train->x[0], expected("eurosat_ms_Forest_2").to(at::kFloat)));
  CHECK(at::equal(again.train->x[1], expected("eurosat_ms_River_1").to(at::kFloat)));  // there is no 7
  const auto colours = load_arrays("EuroSAT", copy.params() + "variant = \"RGB\"\ndtype = \"uint8\"");
  CHECK(at::equal(colours.test->x[1], expected("eurosat_rgb_River_2")));
  CHECK(at::equal(colours.test->y, numbers({0, 1})));
  testing::write_text(copy.folder / "train_idx.json", R"({"Forest": 3})");
  CHECK_THROWS_WITH(load("EuroSAT", copy.params()), contains("train_idx.json: Forest: expected a list"));
}

TEST_CASE("damaged images are refused by name", "[dataset][images]") {
  const auto fails = [](const std::string& variant, const std::function<void(std::string&)>& damage,
                        const std::string& message) {
    const Copy copy("eurosat");
    const auto file = copy.folder / (variant == "MS" ? "MS/Forest/Forest_1.tif" : "RGB/Forest/Forest_1.jpg");
    auto bytes = testing::read_text(file);
    damage(bytes);
    testing::write_text(file, bytes);
    const auto params = copy.params() + "train_test_ratio = 1.0\nvariant = \"" + variant + "\"";
    CHECK_THROWS_AS(load("EuroSAT", params + "\n"), DataError);
    CHECK_THROWS_WITH(load("EuroSAT", params), contains("Forest_1") && contains(message));
  };
  for (const std::string variant : {"MS", "RGB"}) {
    fails(
        variant, [](std::string& bytes) { bytes.clear(); }, variant == "MS" ? "damaged" : "is empty");
    fails(
        variant, [](std::string& bytes) { bytes[0] = 'X'; }, "damaged");
    fails(
        variant, [](std::string& bytes) { bytes.resize(bytes.size() / 2); }, "damaged");
  }
  fails(
      "MS", [](std::string& bytes) { bytes = testing::read_text(kMedia + "/broken/float.tif"); }, "expected unsigned");
  fails(
      "MS", [](std::string& bytes) { bytes = testing::read_text(kMedia + "/broken/tiles.tif"); }, "tiles");
  fails(
      "RGB", [](std::string& bytes) { bytes = testing::read_text(kMedia + "/broken/grey.jpg"); },
      "expected [64, 64, 3]");
}

TEST_CASE("GTSRB is read from PPM and resized", "[dataset][images]") {
  const auto sets = load_arrays("GTSRB", path("gtsrb") + "width = 16\nheight = 24");
  CHECK(sets.train->x.sizes() == at::IntArrayRef({2, 16, 24, 3}));
  CHECK(at::equal(sets.train->y, numbers({0, 42})));
  CHECK(at::equal(sets.test->y, numbers({16})));
  const auto pixels = expected("gtsrb_00001_00002").to(at::kDouble) / 255;
  CHECK(at::equal(sets.train->x[1], signal::resize(pixels, 16, 24).to(at::kFloat)));
  const auto same = load_arrays("GTSRB", path("gtsrb"));
  CHECK(at::allclose(same.test->x[0] * 255, expected("gtsrb_00000").to(at::kFloat), 1e-6, 1e-4));
  const auto fails = [](const std::string& bytes, const std::string& message) {
    const Copy copy("gtsrb");
    testing::write_text(copy.folder / "Final_Test/Images/00000.ppm", bytes);
    CHECK_THROWS_WITH(load("GTSRB", copy.params()), contains("00000.ppm: ") && contains(message));
  };
  fails("", "byte 0: no PPM file");
  fails("P6 2 2", "damaged PPM header");
  fails("P6 2 -2 255\n", "byte 5: damaged PPM header");
  fails("P6 2 1 65535\n", "values up to 65535");
  fails(std::string("P6 2 1 3\n\0\1\2\3\4\0", 15), "byte 13: value 4; the header announces at most 3");
  fails("P6 # a comment\n2 1 255\n12345", "announces 2 x 1 pixels, the file holds 5 bytes");
  fails("P6 3037000500 3037000500 255\n1", "the file holds 1 bytes");
  const Copy copy("gtsrb");
  testing::write_text(copy.folder / "GT-final_test.csv", "Filename;ClassId\n00000.ppm;32;32;1;1;30;30;43\n");
  CHECK_THROWS_WITH(load("GTSRB", copy.params()), contains("GT-final_test.csv:2: class \"43\"; expected 0 to 42"));
}

TEST_CASE("UCI HAR is read as features or windows of signals", "[dataset][har]") {
  auto features = load("UCI_HAR", path("uci_har"));
  auto& model = datamodel::har_data(features, "test");
  CHECK(model.name == "UCI_HAR_features");
  REQUIRE(model.sets.train->size() == 2);
  const auto& first = model.sets.train->at(0);
  CHECK(first.name == "1");
  REQUIRE(first.activities.size() == 2);
  CHECK(first.activities[0].kind == datamodel::activity_number("STANDING"));
  CHECK(first.activities[1].kind == datamodel::activity_number("WALKING"));
  CHECK(at::allclose(first.activities[0].samples.squeeze(2), expected("har_features").narrow(0, 0, 2).to(at::kFloat),
                     1e-6));
  auto signals = load("UCI_HAR", path("uci_har") + "variant = \"raw\"");
  const auto& last = datamodel::har_data(signals, "test").sets.train->at(1);
  CHECK(last.name == "3");
  CHECK(last.activities[0].kind == 0);
  CHECK(at::allclose(last.activities[0].samples, expected("har_raw").narrow(0, 3, 1).to(at::kFloat), 1e-6));
  const auto fails = [](const std::string& file, const std::string& text, const std::string& message) {
    const Copy copy("uci_har");
    testing::write_text(copy.folder / file, text);
    CHECK_THROWS_WITH(load("UCI_HAR", copy.params()), contains(message));
  };
  fails("train/y_train.txt", "5\n7\n1\n1\n", "y_train.txt:2: label 7; expected 1 to 6");
  fails("train/y_train.txt", "5\n", "4 windows, 1 labels, 4 subjects");
  fails("train/X_train.txt", "1 2 3\n", "X_train.txt:1: 3 numbers; expected 561");
  fails("train/y_train.txt", "5\nx\n", "y_train.txt:2: number 1: x");
  fails("train/subject_train.txt", "1\nnan\n1\n1\n", "expected a finite number");
}

TEST_CASE("DVS128 Gesture is read from SpikingJelly's archives, classes in the order of text", "[dataset][events]") {
  auto model = load("DVSGesture", path("dvs"));
  auto& events = datamodel::event_data(model, "test");
  CHECK(events.name == "DVSGesture_frame");
  CHECK(events.sets.train->recordings == 11);
  const auto tenth = events.sets.train->read(2);  // folders 0, 1, 10
  CHECK(at::equal(tenth.t, expected("dvs_t")));
  CHECK(at::equal(tenth.x.to(at::kLong), expected("dvs_x")));
  CHECK(at::equal(tenth.y.to(at::kLong), expected("dvs_y")));
  CHECK(at::equal(tenth.p.to(at::kLong), expected("dvs_p")));
  CHECK(tenth.labels[0].item<int>() == 2);
  const auto frames = load_arrays("DVSGestureWithPreprocessing", path("dvs") + "duration = 300\ntimesteps = 2");
  CHECK(frames.train->x.sizes().slice(1) == at::IntArrayRef({2, 128, 128, 2}));
  CHECK(frames.train->y.scalar_type() == at::kInt);
  CHECK_THROWS_WITH(load("DVSGesture", path("shd")), contains("holds neither events_np/ nor DvsGesture/"));
  const Copy copy("dvs");
  fs::remove(copy.folder / "events_np/test/4/user01_led_4.npz");
  CHECK_THROWS_WITH(load("DVSGesture", copy.params()), contains("test/4: an empty class"));
}

TEST_CASE("DVS128 Gesture is read from its own recordings, cut by their tables", "[dataset][events]") {
  // Two polarity events at x 5, y 3, on, 16 us, and x 127, y 127, off, 256 us; tests/io/event_files_test.cpp explains.
  std::string aedat = "#!AER-DAT3.1\r\n#!END-HEADER\r\n";
  for (const int byte : {1, 0, 1, 0, 8, 0, 0,    0, 4,    0, 0,  0, 0, 0, 0,    0, 2,    0, 0, 0, 2, 0,
                         0, 0, 2, 0, 0, 0, 0x0f, 0, 0x0a, 0, 16, 0, 0, 0, 0xfd, 1, 0xfe, 0, 0, 1, 0, 0}) {
    aedat += static_cast<char>(byte);
  }
  const TemporaryFolder folder;
  const auto write = [&](const std::string& name, const std::string& table) {
    testing::write_text(folder / ("DvsGesture/" + name + ".aedat"), aedat);
    testing::write_text(folder / ("DvsGesture/" + name + "_labels.csv"), "class,startTime_usec,endTime_usec\n" + table);
  };
  write("user01_led", "11,200,300\n2,0,100\n1,0,300\n");
  write("user02_led", "1,0,100\n");
  testing::write_text(folder / "DvsGesture/trials_to_train.txt", "user01_led.aedat\n\n");
  testing::write_text(folder / "DvsGesture/trials_to_test.txt", "user02_led.aedat\n");
  const auto params = "path = \"" + folder.path().string() + "\"";
  auto model = load("DVSGesture", params);
  auto& train = *datamodel::event_data(model, "test").sets.train;
  REQUIRE(train.recordings == 3);  // by class, not as in the table
  CHECK(train.read(0).t.size(0) == 2);
  std::vector<std::int64_t> labels, first;
  for (std::int64_t i = 0; i < 3; ++i) {
    labels.push_back(train.read(i).labels[0].item<std::int64_t>());
    first.push_back(train.read(i).t[0].item<std::int64_t>());
  }
  CHECK(labels == std::vector<std::int64_t>{0, 1, 2});
  CHECK(first == std::vector<std::int64_t>{16, 16, 256});
  write("user02_led", "12,0,100\n");
  CHECK_THROWS_WITH(load("DVSGesture", params),
                    contains("user02_led_labels.csv:2: 12,0,100; expected class (1 to 11)"));
  write("user02_led", "1,300,400\n");
  CHECK_THROWS_WITH(load("DVSGesture", params), contains("user02_led.aedat: holds no events from 300 to 400"));
}

TEST_CASE("N-MNIST is read class by class", "[dataset][events]") {
  const TemporaryFolder folder;
  for (const std::string set : {"Train", "Test"}) {
    for (int digit = 0; digit < 10; ++digit) {
      const auto path = folder / concat(set, "/", digit, "/00001.bin");
      testing::write_text(path, "");
      fs::copy(QUALIA_SNN_SOURCE "/tests/io/fixtures/nmnist_sample.bin", path, fs::copy_options::overwrite_existing);
    }
  }
  const auto params = "path = \"" + folder.path().string() + "\"";
  auto model = load("NMNIST", params);
  auto& events = datamodel::event_data(model, "test");
  CHECK((events.h == 34 && events.w == 34));
  CHECK(events.sets.train->recordings == 10);
  const auto seventh = events.sets.test->read(7);
  CHECK(seventh.t.size(0) == 4325);
  CHECK(seventh.labels[0].item<int>() == 7);
  testing::write_text(folder / "Test/7/00001.bin", "abcd");
  CHECK_THROWS_WITH(events.sets.test->read(7), contains("Test/7/00001.bin: holds 4 bytes"));
  fs::remove_all(folder / "Train/3");
  CHECK_THROWS_WITH(load("NMNIST", params), contains("Train: holds 9 folders; expected one for each of 10 classes"));
}
