#include "qualia_snn/config/parse.h"
#include "qualia_snn/core/error.h"
#include "qualia_snn/io/npz.h"
#include "qualia_snn/signal/band_pass.h"
#include "qualia_snn/signal/mfcc.h"
#include "qualia_snn/signal/resample.h"
#include "qualia_snn/signal/resize.h"
#include "tests/support/testing.h"

using namespace qualia_snn;

namespace {

/// What torchaudio, SciPy and scikit-image give; see write_fixtures.py.
at::Tensor fixture(const std::string& name) {
  static const io::NpzArchive archive(QUALIA_SNN_SOURCE "/tests/signal/fixtures/signal.npz");
  return archive.read(name);
}

double off(const at::Tensor& found, const at::Tensor& expected) {
  REQUIRE(found.sizes() == expected.sizes());
  return ((found.to(at::kDouble) - expected).abs().max() / expected.abs().max()).item<double>();
}

template <class Options>
Options parse(const std::string& text) {
  return config::parse_value<Options>(config::parse_text(text, "test.toml"), "params", {});
}

}  // namespace

TEST_CASE("mel spectrograms are torchaudio's", "[signal]") {
  const auto slaney = parse<signal::MelOptions>(
      "n_fft = 200\nwin_length = 150\nhop_length = 60\nf_min = 30\nf_max = 3500\npad = 5\nn_mels = 24\npower = 1\n"
      "normalized = true\nnorm = \"slaney\"\nmel_scale = \"slaney\"");
  CHECK(off(signal::MelSpectrogram(8000, slaney)(fixture("signals")), fixture("mel_slaney")) < 1e-5);
  CHECK(off(signal::MelSpectrogram(16000, {})(fixture("signals")), fixture("mel_default")) < 1e-5);
  const auto uncentred = parse<signal::MelOptions>("n_fft = 128\nn_mels = 20\ncenter = false");
  CHECK(off(signal::MelSpectrogram(8000, uncentred)(fixture("signals")), fixture("mel_uncentred")) < 1e-5);
  // Any number of axes in front of time.
  const auto stacked = fixture("signals").view({3, 1, 900});
  CHECK(off(signal::MelSpectrogram(16000, {})(stacked).squeeze(1), fixture("mel_default")) < 1e-5);
}

TEST_CASE("MFCC are torchaudio's, decibels cut below the loudest signal", "[signal]") {
  const std::string common = "sample_rate = 8000\nn_mfcc = 12\nmelkwargs = {n_fft = 128, n_mels = 24}\n";
  const signal::MFCC mfcc(parse<signal::MFCCOptions>(common));
  CHECK(off(mfcc(fixture("signals")), fixture("mfcc")) < 1e-5);
  // The quiet one alone is not cut by the others.
  CHECK(off(mfcc(fixture("signals").narrow(0, 1, 1)), fixture("mfcc").narrow(0, 1, 1)) > 1e-2);
  const signal::MFCC plain(parse<signal::MFCCOptions>(common + "norm = false\nlog_mels = true"));
  CHECK(off(plain(fixture("signals")), fixture("mfcc_log_plain")) < 1e-5);
}

TEST_CASE("resampling is torchaudio's", "[signal]") {
  // The last ratio would have 7,999 kernels of more than 16,000 numbers, nearly all of them zero.
  for (const auto& [from, to, bar] : std::vector<std::tuple<int, int, double>>{
           {8000, 16000, 1e-5}, {16000, 8000, 1e-5}, {44100, 16000, 1e-5}, {8000, 7999, 1e-4}}) {
    CAPTURE(from, to);
    CHECK(off(signal::Resampler(from, to)(fixture("signals")), fixture(concat("resampled_", from, "_", to))) < bar);
  }
  CHECK(off(signal::Resampler(3, 2, 16, 0.8)(fixture("signals")), fixture("resampled_wide")) < 1e-5);
  CHECK(at::equal(signal::Resampler(5, 5)(fixture("signals")), fixture("signals")));
}

TEST_CASE("rates without a common divisor take little memory, or are refused", "[signal]") {
  // All kernels would be 8 GB.
  const auto x = (at::arange(4000, at::kFloat) * 0.05f).sin_().view({1, -1});
  const auto y = signal::Resampler(44100, 44101)(x);
  REQUIRE(y.sizes() == at::IntArrayRef({1, 4001}));
  const auto expected = (at::arange(4001, at::kDouble) * (0.05 * 44100 / 44101)).sin();
  const auto inside = (y[0].to(at::kDouble) - expected).narrow(0, 50, 3900);  // away from the ends
  CHECK(inside.abs().max().item<double>() < 1e-3);
  CHECK(signal::Resampler(999983, 1)(at::ones({2, 10})).sizes() == at::IntArrayRef({2, 1}));
  CHECK_THROWS_AS(signal::Resampler(999983, 999979, 10000), ConfigError);
  CHECK_THROWS_WITH(signal::Resampler(999983, 999979, 10000),
                    contains("resampling from 999983 to 999979 Hz") && contains("expected at most 67108864"));
}

TEST_CASE("the band pass filters both ways as SciPy does", "[signal]") {
  const auto walk = fixture("walk");
  const auto* const first = walk.const_data_ptr<double>();
  const signal::BandPass filter(0.1, 0.6);
  CHECK(off(at::tensor(filter.both_ways({first, first + 40}), at::kDouble), fixture("walk_filtered")) < 1e-12);
  CHECK(off(at::tensor(filter.both_ways({first, first + 10}), at::kDouble), fixture("walk_filtered_short")) < 1e-12);
  CHECK_THROWS_AS(filter.both_ways({first, first + 9}), DataError);
  CHECK_THROWS_AS(signal::BandPass(0.5, 0.5), ConfigError);
  CHECK_THROWS_AS(signal::BandPass(0.5, 1), ConfigError);
}

TEST_CASE("images are resized as scikit-image does", "[signal]") {
  const auto image = fixture("image").to(at::kDouble) / 255;
  for (const auto& [height, width] : std::vector<std::pair<int, int>>{{32, 32}, {10, 60}, {47, 31}, {1, 1}, {90, 3}}) {
    CAPTURE(height, width);
    CHECK(off(signal::resize(image, height, width), fixture(concat("image_", height, "_", width))) < 1e-6);
  }
}

TEST_CASE("spectrograms of windows of one sample, of no signals, and around the end", "[signal]") {
  const signal::MelSpectrogram single(8000, parse<signal::MelOptions>("n_fft = 1\nn_mels = 1"));
  CHECK(single(at::ones({2, 5})).sizes() == at::IntArrayRef({2, 1, 5}));
  const signal::MelSpectrogram usual(8000, parse<signal::MelOptions>("n_fft = 16\nn_mels = 2"));
  CHECK(usual(at::ones({0, 40})).sizes() == at::IntArrayRef({0, 2, usual(at::ones({1, 40})).size(2)}));
  const signal::MelSpectrogram circular(8000,
                                        parse<signal::MelOptions>("n_fft = 16\nn_mels = 2\npad_mode = 'circular'"));
  CHECK(circular(at::ones({1, 8})).isfinite().all().item<bool>());
  CHECK_THROWS_AS(circular(at::ones({1, 7})), ShapeError);
}

TEST_CASE("wrong options of signals are errors", "[signal]") {
  const auto fails = [](const std::string& text, const std::string& message) {
    CAPTURE(text);
    CHECK_THROWS_WITH(parse<signal::MFCCOptions>(text), contains(message));
  };
  fails("n_mfcc = 3", "sample_rate");
  fails("sample_rate = 0\nn_mfcc = 3", "must be >= 1");
  fails("sample_rate = 8000\nn_mfcc = 30\nmelkwargs.n_mels = 20",
        "n_mfcc is 30; expected at most melkwargs.n_mels, 20");
  fails("sample_rate = 8000\nn_mfcc = 3\ndct_type = 3", "must be");
  fails("sample_rate = 8000\nn_mfcc = 3\nmelkwargs = {n_fft = 10, win_length = 20}", "longer than n_fft");
  fails("sample_rate = 8000\nn_mfcc = 3\nmelkwargs = {f_min = 10, f_max = 5}", "expected f_min <= f_max");
  fails("sample_rate = 8000\nn_mfcc = 3\nmelkwargs.window = 3", "window");
  CHECK_THROWS_WITH(signal::MelSpectrogram(100, parse<signal::MelOptions>("f_min = 60")), contains("above half"));
  CHECK_THROWS_WITH(signal::MelSpectrogram(8000, {})(at::zeros({1, 200})), contains("need at least 201"));
}
