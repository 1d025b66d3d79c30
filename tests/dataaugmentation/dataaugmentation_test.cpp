#include <set>

#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/dataaugmentation/data_augmentation.h"
#include "qualia_snn/registry/builtin.h"
#include "tests/support/testing.h"

using namespace qualia_snn;
using dataaugmentation::Batch;

namespace {

const config::Registries kRegistries = registry::builtin_registries();
const RandomSource kRandom(RandomKey(3));

std::shared_ptr<dataaugmentation::DataAugmentation> make(const std::string& kind, const std::string& params) {
  return kRegistries.dataaugmentations.make({kind, {config::parse_text(params, "test.toml"), "params"}, {}, "kind"},
                                            {kRegistries, {}, {}, at::kCPU, {}});
}

at::Tensor apply(const std::string& kind, const std::string& params, const at::Tensor& x, std::int64_t T = 1,
                 const RandomSource& random = kRandom) {
  return make(kind, params)->apply({x, {}, {}, {}, T}, random).x;
}

/// Images [rows, 1, H, W] whose pixels are all different, and not zero.
at::Tensor numbered(std::int64_t rows, std::int64_t H, std::int64_t W) {
  return at::arange(1, rows * H * W + 1, at::kFloat).view({rows, 1, H, W});
}

at::Tensor image(std::initializer_list<float> pixels, std::int64_t H, std::int64_t W) {
  return at::tensor(at::ArrayRef<float>(pixels)).view({1, 1, H, W});
}

}  // namespace

TEST_CASE("wrong options of data augmentations are errors", "[dataaugmentation]") {
  const auto [kind, params, message] = GENERATE(table<std::string, std::string, std::string>(
      {{"HorizontalFlip", "p = 1.5", "p = 1.5: must be >= 0 and <= 1"},
       {"Crop", "", "size"},
       {"Crop", "size = 0", "must be >= 1"},
       {"Crop", "size = [2, 2, 2]", "size: expected one number or [height, width]"},
       {"Crop", "size = 2\npadding = [1, 1, 1]", "padding: expected one, two or four numbers"},
       {"Crop", "size = 2\npadding = [-1]", "must be >= 0"},
       {"ResizedCrop", "size = []", "size: expected one number or [height, width]"},
       {"ResizedCrop", "size = 2\nscale = [1.0, 0.5]", "scale: expected [smallest, largest]"},
       {"ResizedCrop", "size = 2\nratio = [1.0]", "ratio: expected [smallest, largest]"},
       {"ResizedCrop", "size = 2\nratio = [0.0, 1.0]", "must be >= 1e-06"},
       {"ResizedCrop", "size = 2\ninterpolation_mode = \"box\"", "must be one of \"nearest\""},
       {"Rotation2D", "angle = -3", "angle: expected a number >= 0"},
       {"Rotation2D", "angle = [3, 2]", "angle: expected one number or [smallest, largest]"},
       {"Rotation2D", "interpolation_mode = \"bicubic\"", "must be one of"},
       {"GaussianNoise", "sigma = -0.1", "must be >= 0"},
       {"IntToFloat32", "", "scale"},
       {"Normalize", "mean = 0.5", "std"},
       {"Normalize", "mean = [0.5]\nstd = [0.0]", "must be > 0"},
       {"Normalize", "mean = []\nstd = [1]", "expected at least one number each"},
       {"Normalize", "mean = [1, 2, 3]\nstd = [1, 2]", "as many of the one as of the other"},
       {"Amplitude", "low = 2", "expected low < high"},
       {"AutoAugment", "", "policy"},
       {"AutoAugment", "policy = \"MNIST\"", "must be one of \"CIFAR10\", \"IMAGENET\", \"SVHN\""},
       {"ExponentialNoise", "round_mode = \"up\"", "must be one of"},
       {"MFCC", "sample_rate = 8000", "n_mfcc"},
       {"EventDrop", "drop = \"events\"", "must be one of \"steps\", \"pixels\""},
       {"EventDrop", "p = 2", "must be >= 0 and <= 1"},
       {"TimeRoll", "k = -1", "must be >= 0"},
       {"TimeRoll", "collapse_timesteps = true", "leaves one time step"},
       {"TimeWarping", "sigma = 0", "must be > 0"},
       {"Mixup", "alpha = 0", "must be > 0"},
       {"Mixup", "before = true", "a batch can be mixed once"},
       {"GaussianNoise", "per_sample = true", "per_sample"}}));
  INFO(kind << " " << params);
  CHECK_THROWS_WITH(make(kind, params), contains(message));
  CHECK_THROWS_AS(make(kind, params), ConfigError);
}

TEST_CASE("integers become float32, divided by the largest value of their type", "[dataaugmentation]") {
  const auto scaled = [](const at::Tensor& x) { return apply("IntToFloat32", "scale = true", x); };
  const auto bytes = at::tensor({0, 51, 255}).to(at::kByte);
  CHECK(at::allclose(scaled(bytes), at::tensor({0.f, 0.2f, 1.f})));
  CHECK(scaled(bytes).scalar_type() == at::kFloat);
  CHECK(at::equal(scaled(at::tensor({-128, 127}).to(at::kChar)), at::tensor({-128.f, 127.f}) / 127));
  CHECK(at::equal(scaled(at::tensor({32767}).to(at::kShort)), at::ones({1})));
  CHECK(at::equal(scaled(at::tensor({std::int64_t{1} << 62})), at::full({1}, 0.5f)));
  CHECK(at::equal(apply("IntToFloat32", "scale = false", bytes), at::tensor({0.f, 51.f, 255.f})));
  CHECK(at::equal(apply("IntToFloat32", "scale = false", at::ones({2}, at::kDouble)), at::ones({2})));
  CHECK_THROWS_AS(scaled(at::ones({2})), DataError);
  CHECK_THROWS_WITH(scaled(at::ones({2})), contains("of type Float; expected integers, or scale = false"));
}

TEST_CASE("given means and deviations normalise each channel of images and of signals", "[dataaugmentation]") {
  const auto signals = at::tensor({1.f, 3.f, 10.f, 30.f}).view({1, 2, 2});
  const std::string params = "mean = [1, 10]\nstd = [2, 20.0]";
  CHECK(at::equal(apply("Normalize", params, signals).flatten(), at::tensor({0.f, 1.f, 0.f, 1.f})));
  CHECK(at::equal(signals.flatten(), at::tensor({1.f, 3.f, 10.f, 30.f})));
  const auto images = signals.view({1, 2, 2, 1}).to(at::kDouble).transpose(2, 3);
  CHECK(at::equal(apply("Normalize", "mean = 1\nstd = [1, 2]", images).flatten(),
                  at::tensor({0.0, 2.0, 4.5, 14.5}, at::kDouble)));
  CHECK_THROWS_AS(apply("Normalize", params, at::ones({1, 3, 2})), ShapeError);
  CHECK_THROWS_WITH(apply("Normalize", params, at::ones({1, 3, 2})), contains("shape [1, 3, 2]; expected [N, C, ...]"));
  CHECK_THROWS_AS(apply("Normalize", params, at::ones({2})), ShapeError);
  CHECK_THROWS_AS(apply("Normalize", params, signals.to(at::kByte)), DataError);
}

TEST_CASE("normal noise of the given deviation is added to every element", "[dataaugmentation]") {
  const auto x = at::full({100, 2, 500}, 5.f);
  const auto noisy = apply("GaussianNoise", "sigma = 0.5", x);
  CHECK(noisy.mean().item<double>() == Approx(5).margin(0.01));
  CHECK(noisy.std().item<double>() == Approx(0.5).epsilon(0.01));
  CHECK(at::equal(noisy, apply("GaussianNoise", "sigma = 0.5", x)));
  CHECK_FALSE(at::equal(noisy, apply("GaussianNoise", "sigma = 0.5", x, 1, kRandom.with(1))));
  CHECK(at::equal(apply("GaussianNoise", "sigma = 0", x), x));
  CHECK(apply("GaussianNoise", "", x.to(at::kByte)).scalar_type() == at::kFloat);
  CHECK(apply("GaussianNoise", "", x.to(at::kDouble)).scalar_type() == at::kDouble);
}

TEST_CASE("images that cannot be changed are a clear error", "[dataaugmentation]") {
  const auto kind = GENERATE("HorizontalFlip", "Crop", "ResizedCrop", "Rotation2D");
  const std::string params = contains("Crop").match(kind) ? "size = 2" : "";
  for (const auto& x :
       {at::ones({2, 3, 4}), at::ones({2, 3, 4, 5, 6}), at::ones({2, 3, 4, 0}), at::ones({2, 0, 4, 4})}) {
    CHECK_THROWS_AS(apply(kind, params, x), ShapeError);
    CHECK_THROWS_WITH(apply(kind, params, x), contains(kind) && contains("expected images [N, C, H, W]"));
  }
  CHECK_THROWS_AS(apply(kind, params, at::ones({5, 1, 4, 4}), 2), ShapeError);
  CHECK_THROWS_WITH(apply(kind, params, at::ones({5, 1, 4, 4}), 2), contains("samples of 2 time steps"));
  const auto empty = at::ones({0, 1, 4, 4});
  CHECK(apply(kind, params, empty).size(0) == 0);
  CHECK(at::equal(apply(kind, params, empty), apply(kind, params + "\nper_sample = true", empty)));
}

TEST_CASE("one decision changes a whole batch; with per_sample each sample has its own", "[dataaugmentation]") {
  const auto [kind, params] = GENERATE(table<std::string, std::string>({{"HorizontalFlip", ""},
                                                                        {"Crop", "size = [2, 3]"},
                                                                        {"ResizedCrop", "size = [3, 2]"},
                                                                        {"Rotation2D", "angle = 180"}}));
  const std::int64_t N = 32, T = 3;
  const auto one = numbered(1, 5, 4);
  const auto same = apply(kind, params, one.expand({N * T, 1, 5, 4}), T);
  CHECK(at::equal(same, same.narrow(0, 0, 1).expand_as(same)));
  const auto own = apply(kind, params + "\nper_sample = true", one.expand({N * T, 1, 5, 4}), T).unflatten(0, {N, T});
  CHECK(at::equal(own, own.narrow(1, 0, 1).expand_as(own)));
  CHECK_FALSE(at::equal(own, own.narrow(0, 0, 1).expand_as(own)));
  CHECK(own.flatten(0, 1).sizes() == same.sizes());
}

TEST_CASE("images are flipped with probability p", "[dataaugmentation]") {
  const auto x = numbered(2, 2, 3).to(at::kByte);
  CHECK(at::equal(apply("HorizontalFlip", "p = 1", x).flatten(),
                  at::tensor({3, 2, 1, 6, 5, 4, 9, 8, 7, 12, 11, 10}).to(at::kByte)));
  CHECK(at::equal(apply("HorizontalFlip", "p = 0\nper_sample = true", x), x));
  const auto edges = at::tensor({0.f, 1.f}).view({1, 1, 1, 2}).expand({500, 1, 1, 2});
  at::manual_seed(7);
  const auto flipped = apply("HorizontalFlip", "p = 0.25\nper_sample = true", edges, 1, RandomSource());
  at::manual_seed(7);
  for (const auto& sample : flipped.split(1)) {
    REQUIRE(at::equal(sample.flatten()[0], at::rand({1}).lt(0.25)[0].to(at::kFloat)));
  }
}

TEST_CASE("a crop is a window of the padded image", "[dataaugmentation]") {
  const auto x = image({1, 2, 3, 4}, 2, 2);
  CHECK(at::equal(apply("Crop", "size = [2, 4]\npadding = [1, 0]", x), image({0, 1, 2, 0, 0, 3, 4, 0}, 2, 4)));
  CHECK(at::equal(apply("Crop", "size = [3, 3]\npadding = [1, 0, 0, 1]", x), image({0, 1, 2, 0, 3, 4, 0, 0, 0}, 3, 3)));
  CHECK(at::equal(apply("Crop", "size = 4\npadding = 1", x).sum(), x.sum()));
  CHECK(at::equal(apply("Crop", "size = 2", x), x));
  std::set<float> corners;
  const auto board = numbered(1, 3, 4);
  const auto windows = apply("Crop", "size = [2, 3]\nper_sample = true", board.expand({100, 1, 3, 4}));
  for (const auto& window : windows.split(1)) {
    const auto corner = window.flatten()[0].item<float>();
    corners.insert(corner);
    REQUIRE(at::equal(window - corner, image({0, 1, 2, 4, 5, 6}, 2, 3)));
  }
  CHECK(corners == std::set<float>{1, 2, 5, 6});
  CHECK_THROWS_AS(apply("Crop", "size = [2, 5]\npadding = [1, 0]", x), ShapeError);
  CHECK_THROWS_WITH(apply("Crop", "size = [2, 5]\npadding = [1, 0]", x),
                    contains("2x4 pixels with padding; expected at least size = [2, 5]"));
}

TEST_CASE("a resized crop interpolates as its options say", "[dataaugmentation]") {
  const auto row = at::tensor({0.f, 10.f, 20.f, 30.f}).expand({1, 1, 4, 4});
  const auto resized = [](const at::Tensor& x, const std::string& size, const std::string& options) {
    return apply("ResizedCrop", "scale = [1, 1]\nratio = [1, 1]\nsize = " + size + "\n" + options, x)[0][0][0];
  };
  CHECK(at::equal(resized(row, "4", ""), at::tensor({0.f, 10.f, 20.f, 30.f})));
  CHECK(at::equal(resized(row, "2", "interpolation_mode = \"nearest\""), at::tensor({0.f, 20.f})));
  CHECK(at::equal(resized(row, "2", "interpolation_mode = \"nearest-exact\""), at::tensor({10.f, 30.f})));
  CHECK(at::allclose(resized(row, "2", "antialias = false"), at::tensor({5.f, 25.f})));
  // Triangles of half width 2: (0.75 * 0 + 0.75 * 10 + 0.25 * 20) / 1.75
  CHECK(at::allclose(resized(row, "2", ""), at::tensor({12.5f / 1.75f, 30 - 12.5f / 1.75f})));
  CHECK(at::equal(resized(row.to(at::kByte), "2", ""), at::tensor({7, 23}).to(at::kByte)));
  const auto edge = at::tensor({0, 0, 255, 255}).to(at::kByte).expand({1, 1, 4, 4});
  const auto overshooting = resized(edge, "8", "interpolation_mode = \"bicubic\"");
  CHECK(overshooting.narrow(0, 0, 3).max().item<int>() == 0);
  CHECK(overshooting.narrow(0, 5, 3).min().item<int>() == 255);
}

TEST_CASE("a window that never fits gives way to the middle of the image", "[dataaugmentation]") {
  const auto x = numbered(1, 4, 4);
  const auto middle = [](const std::string& size, const std::string& ratio, const at::Tensor& from) {
    return apply("ResizedCrop", "scale = [4, 4]\nsize = " + size + "\nratio = " + ratio, from);
  };
  CHECK(at::equal(middle("[2, 4]", "[2, 2]", x), x.narrow(2, 1, 2)));
  CHECK(at::equal(middle("[4, 2]", "[0.5, 0.5]", x), x.narrow(3, 1, 2)));
  CHECK(at::equal(middle("4", "[0.75, 1.5]", x), x));
  CHECK(at::equal(middle("1", "[0.1, 0.1]", x.narrow(2, 0, 1)), image({2}, 1, 1)));
}

TEST_CASE("images are turned counter-clockwise about their centre", "[dataaugmentation]") {
  const auto x = image({1, 2, 3, 4}, 2, 2);
  const auto mode = GENERATE("nearest", "bilinear");
  const auto turned = [&](const std::string& angle, const at::Tensor& images) {
    return apply("Rotation2D", "angle = " + angle + "\ninterpolation_mode = \"" + mode + "\"", images);
  };
  CHECK(at::allclose(turned("[90, 90]", x), image({2, 4, 1, 3}, 2, 2)));
  CHECK(at::allclose(turned("[180, 180]", numbered(3, 3, 5)), numbered(3, 3, 5).flip({2, 3})));
  CHECK(at::allclose(turned("0", x), x));
  CHECK(at::equal(turned("[90, 90]", at::tensor({7}, at::kByte).view({1, 1, 1, 1})).flatten(),
                  at::tensor({7}, at::kByte)));
  const auto diamond = turned("[45, 45]", at::ones({1, 2, 7, 7}));
  CHECK(diamond[0][1][0][0].item<float>() == 0);
  CHECK(diamond[0][1][3][3].item<float>() == 1);
}

TEST_CASE("turned edges between pixels fade twice, as in torchvision", "[dataaugmentation]") {
  // Each pixel is read sqrt(0.5) right of, left of, above or below the centre, 0.5 inside; the image fills
  // 1.5 - sqrt(0.5) = 0.793 of that place.
  const auto turned = [](const at::Tensor& x) {
    return apply("Rotation2D", "angle = [45, 45]\ninterpolation_mode = \"bilinear\"", x);
  };
  const auto share = 1.5 - std::sqrt(0.5);
  CHECK(at::allclose(turned(at::ones({1, 1, 2, 2})), at::full({1, 1, 2, 2}, share * share)));
  CHECK(at::equal(turned(at::full({1, 1, 2, 2}, 100, at::kByte)), at::full({1, 1, 2, 2}, 63, at::kByte)));
}

TEST_CASE("mixed samples are weighted means, and their targets and weight say of what", "[dataaugmentation]") {
  const std::int64_t N = 8, T = 3;
  const bool per_sample = GENERATE(false, true);
  const auto x = at::rand({N * T, 5, 2}).transpose(1, 2);
  const auto target = at::eye(N);
  const auto params = per_sample ? "per_sample = true" : "alpha = 0.7";
  const auto mixed = make("Mixup", params)->apply({x, target, {}, {}, T}, kRandom);
  CHECK(at::equal(mixed.target, target));
  const auto order = mixed.second_target.argmax(1);
  CHECK(at::equal(order.argsort().argsort(), order));
  CHECK_FALSE(at::equal(order, at::arange(N)));
  REQUIRE(mixed.weight.dim() == (per_sample ? 1 : 0));
  const auto weights = mixed.weight.expand({N});
  CHECK((weights.min().item<float>() >= 0 && weights.max().item<float>() <= 1));
  CHECK((weights.std().item<double>() > 0) == per_sample);
  for (std::int64_t n = 0; n < N; ++n) {
    const auto w = weights[n].item<double>();
    const auto other = x.narrow(0, order[n].item<std::int64_t>() * T, T);
    CHECK(at::allclose(mixed.x.narrow(0, n * T, T), w * x.narrow(0, n * T, T) + (1 - w) * other));
  }
  CHECK(at::equal(make("Mixup", params)->apply({x, target, {}, {}, T}, kRandom).x, mixed.x));
}

TEST_CASE("weights of mixed samples have the variance of a Beta distribution", "[dataaugmentation]") {
  const std::int64_t N = 20000;
  const auto weight = make("Mixup", "alpha = 2\nper_sample = true")
                          ->apply({at::ones({N, 1}), at::ones({N, 1}), {}, {}, 1}, kRandom)
                          .weight;
  CHECK(weight.mean().item<double>() == Approx(0.5).margin(0.01));
  CHECK(weight.var().item<double>() == Approx(0.05).epsilon(0.05));  // 1 / (4 (2 alpha + 1))
}

TEST_CASE("one sample is mixed with itself, none with nothing; what cannot be mixed is an error",
          "[dataaugmentation]") {
  const auto mixup = make("Mixup", "");
  const auto x = at::tensor({4, 9}, at::kByte).view({1, 2});
  const auto mixed = mixup->apply({x, at::ones({1, 3}), {}, {}, 1}, kRandom);
  CHECK(at::allclose(mixed.x, x.to(at::kFloat)));
  CHECK(mixup->apply({at::ones({0, 2, 4}), at::ones({0, 3}), {}, {}, 2}, kRandom).x.sizes() ==
        at::IntArrayRef({0, 2, 4}));
  CHECK_THROWS_AS(mixup->apply(mixed, kRandom), DataError);
  CHECK_THROWS_WITH(mixup->apply(mixed, kRandom), contains("expected one Mixup"));
  const Batch more_targets{x, at::ones({2, 3}), {}, {}, 1};
  CHECK_THROWS_AS(mixup->apply(more_targets, kRandom), ShapeError);
  CHECK_THROWS_WITH(mixup->apply(more_targets, kRandom), contains("expected one row for each of 1 samples"));
  CHECK_THROWS_AS(mixup->apply({x, at::ones({1, 3}), {}, {}, 2}, kRandom), ShapeError);
}

TEST_CASE("samples lose time steps or pixels, each its own", "[dataaugmentation][time]") {
  const auto x = at::ones({400, 2, 3, 5});  // 100 samples of 4 steps
  const auto steps = apply("EventDrop", "drop = \"steps\"\np = 0.3", x, 4).view({100, 4, 30});
  CHECK(at::equal(steps.amin(2), steps.amax(2)));  // a step is there as a whole, or not
  CHECK(steps.mean().item<double>() == Approx(0.7).margin(0.08));
  CHECK_FALSE(at::equal(steps.narrow(1, 0, 1), steps.narrow(1, 1, 1)));
  const auto pixels = apply("EventDrop", "p = 0.3", x, 4).view({100, 4, 2, 15});
  CHECK(
      at::equal(pixels.amin(at::IntArrayRef({1, 2})), pixels.amax(at::IntArrayRef({1, 2}))));  // in all steps, channels
  CHECK(pixels.mean().item<double>() == Approx(0.7).margin(0.03));
  CHECK_FALSE(at::equal(pixels[0], pixels[1]));
  const auto collapsed = apply("EventDrop", "p = 0.3\ncollapse_timesteps = true", x, 4).view({100, 4, 2, 15});
  CHECK_FALSE(at::equal(collapsed.select(1, 0), collapsed.select(1, 1)));
  CHECK(at::equal(apply("EventDrop", "p = 0", x, 4), x));
  CHECK(apply("EventDrop", "p = 1", x, 4).sum().item<float>() == 0);
}

TEST_CASE("samples are shifted in time by whole steps, each its own", "[dataaugmentation][time]") {
  const auto x = at::arange(60, at::kFloat).view({60, 1, 1});  // 12 samples of 5 steps
  const auto rolled = apply("TimeRoll", "k = 2", x, 5).view({12, 5});
  std::set<std::int64_t> shifts;
  for (std::int64_t n = 0; n < 12; ++n) {
    std::int64_t found = 99;
    for (std::int64_t shift = -2; shift <= 2; ++shift) {
      if (at::equal(rolled[n], x.view({12, 5})[n].roll(shift, 0))) found = shift;
    }
    CHECK(found != 99);
    shifts.insert(found);
  }
  CHECK(shifts.size() > 2);
  CHECK(at::equal(apply("TimeRoll", "k = 0", x, 5), x));
}

TEST_CASE("polarities of a sample are swapped in all its steps, or in none", "[dataaugmentation][time]") {
  const auto x = at::tensor({1.f, 2.f}).view({1, 2, 1}).expand({60, 2, 3}).contiguous();
  const auto flipped = apply("PolarityFlip", "", x, 3).view({20, 3, 2, 3}).select(3, 0);
  CHECK(at::equal(flipped.amin(1), flipped.amax(1)));
  const auto share = flipped.select(1, 0).select(1, 0).eq(2).to(at::kFloat).mean().item<double>();
  CHECK((share > 0.2 && share < 0.8));
  CHECK(at::equal(apply("PolarityFlip", "p = 1", x, 3), x.flip(1)));
  CHECK_THROWS_WITH(apply("PolarityFlip", "", at::ones({3, 1, 2}), 3), contains("have 1 channels; expected 2"));
}

TEST_CASE("signals are changed alike, or with per_sample each on its own", "[dataaugmentation]") {
  const auto [kind, params] = GENERATE(table<std::string, std::string>({{"Amplitude", "distribution = \"normal\""},
                                                                        {"TimeShifting", "alpha = 2"},
                                                                        {"TimeWarping", "sigma = 0.3"},
                                                                        {"Cutout1D", "length_sigma = 1"}}));
  CAPTURE(kind);
  const auto x =
      at::arange(1, 51, at::kFloat).view({1, 1, 50}).expand({8, 2, 50}).contiguous();  // 4 samples of 2 steps
  const auto alike = apply(kind, params, x, 2), own = apply(kind, params + "\nper_sample = true", x, 2);
  CHECK(alike.sizes() == x.sizes());
  CHECK(own.sizes() == x.sizes());
  for (std::int64_t i = 1; i < 8; ++i) CHECK(at::equal(alike[i], alike[0]));
  for (std::int64_t i = 0; i < 4; ++i) CHECK(at::equal(own[2 * i], own[2 * i + 1]));
  CHECK_FALSE(at::equal(own[0], own[2]));
}

TEST_CASE("augmentations that need another kind of batch say so", "[dataaugmentation]") {
  const std::string mfcc = "sample_rate = 8000\nn_mfcc = 4\nmelkwargs = {n_fft = 16, n_mels = 8}";
  CHECK_THROWS_WITH(apply("AutoAugment", "policy = \"CIFAR10\"", at::ones({2, 3, 4, 4})), contains("expected uint8"));
  CHECK_THROWS_WITH(apply("AutoAugment", "policy = \"CIFAR10\"", at::ones({2, 2, 4, 4}, at::kByte)),
                    contains("have 2 channels; expected 1 or 3"));
  CHECK_THROWS_WITH(apply("MFCC", mfcc, at::ones({2, 2, 99})), contains("expected signals of one channel"));
  CHECK_THROWS_WITH(apply("MFCC", mfcc, at::ones({2, 1, 8})), contains("need at least 9"));
  CHECK_THROWS_WITH(apply("TimeWarping", "", at::ones({2, 1, 8, 8})), contains("expected signals [N, C, S]"));
  CHECK_THROWS_WITH(apply("TimeWarping", "", at::ones({2, 1, 8}, at::kByte)), contains("expected float32"));
  CHECK(apply("MFCC", mfcc + "\ndims = 2", at::rand({6, 1, 99}), 3).sizes() == at::IntArrayRef({6, 1, 13, 4}));
}

TEST_CASE("every operation of AutoAugment keeps images of small and odd sizes", "[dataaugmentation]") {
  const auto policy = GENERATE(as<std::string>(), "CIFAR10", "IMAGENET", "SVHN");
  for (const auto& size : std::vector<std::vector<std::int64_t>>{{1, 1, 1, 1}, {3, 3, 2, 5}, {2, 1, 7, 3}}) {
    const auto x = at::randint(0, 256, size, at::kByte);
    for (int seed = 0; seed < 40; ++seed) {
      const auto changed =
          apply("AutoAugment", "policy = \"" + policy + "\"", x, 1, RandomSource(RandomKey(7).with(seed)));
      REQUIRE(changed.sizes() == x.sizes());
      REQUIRE(changed.scalar_type() == at::kByte);
    }
  }
}
