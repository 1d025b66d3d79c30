// Measures the way of the data: events into frames, and memory while batches are drawn from a set larger than it should
// be.
//   bench_data events            millions of events per second and core
//   bench_data loader FOLDER     private memory while a mapped array is read in random order

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "qualia_snn/core/random.h"
#include "qualia_snn/datamodel/event_frames.h"
#include "qualia_snn/io/npy.h"
#include "qualia_snn/learningframework/loader.h"
#include "qualia_snn/learningframework/prefetcher.h"

namespace {

using namespace qualia_snn;
using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) { return std::chrono::duration<double>(Clock::now() - start).count(); }

/// A recording of E events of a sensor.
datamodel::Events random_events(std::int64_t E, std::int64_t h, std::int64_t w) {
  datamodel::Events events;
  events.t = at::randint(0, 4, {E}, at::kLong).cumsum(0);
  if (h > 1) events.y = at::randint(0, h, {E}, at::kShort);
  events.x = at::randint(0, w, {E}, at::kShort);
  events.p = at::randint(0, 2, {E}, at::kBool);
  events.labels = at::zeros({1}, at::kLong).expand({E});
  return events;
}

/// Counts the events of recordings like those of SHD and DVS128 Gesture, with reading and checking left out.
void measure_events(std::int64_t rounds) {
  struct Sensor {
    const char* name;
    std::int64_t h, w, events, duration;
  };
  at::set_num_threads(1);
  for (const auto& sensor : {Sensor{"DVS128 Gesture", 128, 128, 400'000, 50'000},
                             {"SHD", 1, 700, 8'000, 4'000},
                             {"N-MNIST", 34, 34, 4'000, 1'000}}) {
    const auto events = random_events(sensor.events, sensor.h, sensor.w);
    const auto copies = std::max<std::int64_t>(1, 4'000'000 / sensor.events);
    std::vector<double> rates;
    for (std::int64_t round = 0; round < rounds; ++round) {
      datamodel::EventDataModel model{sensor.name, {}, sensor.h, sensor.w};
      model.sets.train = datamodel::EventData{copies, [&](std::int64_t) { return events; }};
      const auto start = Clock::now();
      const auto frames =
          datamodel::integrate_events(model, datamodel::frames_of_duration(sensor.duration), ".", "bench_data");
      rates.push_back(static_cast<double>(copies * sensor.events) / seconds_since(start) / 1e6);
    }
    std::sort(rates.begin(), rates.end());
    std::printf("%-16s %6.1f million events/s (%.1f-%.1f)\n", sensor.name, rates[rates.size() / 2], rates.front(),
                rates.back());
  }
}

/// Private memory of this process, MiB.
double private_mib() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with("RssAnon:")) return std::stod(line.substr(8)) / 1024;
  }
  return 0;
}

void measure_loader(const std::string& folder, double gigabytes, std::int64_t batch_size) {
  constexpr std::int64_t kSample = 3 * 64 * 64;
  const auto path = (std::filesystem::path(folder) / "bench_data.npy").string();
  const auto N = static_cast<std::int64_t>(gigabytes * 1e9 / (4 * kSample));
  {
    io::NpyWriter writer(path, {64, 64, 3}, at::kFloat);
    const auto rows = at::rand({256, 64, 64, 3});
    for (std::int64_t i = 0; i < N; i += 256) writer.append(rows.narrow(0, 0, std::min<std::int64_t>(256, N - i)));
    writer.finish();
  }
  const datamodel::RawData data{io::read_npy(path), at::zeros({N, 10})};
  const auto before = private_mib();
  auto most = before;
  double sum = 0;
  const auto start = Clock::now();
  for (std::int64_t epoch = 0; epoch < 3; ++epoch) {
    const auto order = at::randperm(N, RandomKey(1).with(epoch).generator(), at::TensorOptions(at::kLong));
    const learningframework::Loader loader(data, batch_size, order);
    learningframework::Prefetcher batches(0, loader.batches(), 1, [&](std::int64_t i) {
      const auto stored = loader.batch(i);
      return dataaugmentation::Batch{stored.x, stored.y, {}, {}, 1};
    });
    for (std::int64_t i = 0; i < loader.batches(); ++i) {
      sum += batches.next().x[0][0][0][0].item<double>();
      most = std::max(most, private_mib());
    }
  }
  const auto batch = static_cast<double>(batch_size * kSample * 4) / (1 << 20);
  std::printf(
      "%.1f GB, 3 epochs in %.1f s: private memory %.0f MiB before, %.0f MiB at most; two batches are %.1f MiB\n",
      gigabytes, seconds_since(start), before, most, 2 * batch);
  std::filesystem::remove(path);
  if (sum < 0) std::puts("");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Measures the way of the data");
  app.require_subcommand(1);
  std::int64_t rounds = 5, batch_size = 64;
  double gigabytes = 2;
  std::string folder = ".";
  auto* const events = app.add_subcommand("events", "events into frames, on one core");
  events->add_option("--rounds", rounds, "measurements of each sensor")->check(CLI::Range(1, 1000));
  auto* const loader = app.add_subcommand("loader", "private memory while a mapped array is read in random order");
  loader->add_option("folder", folder, "where the array is written");
  loader->add_option("--gigabytes", gigabytes, "its size")->check(CLI::Range(0.001, 1000.0));
  loader->add_option("--batch-size", batch_size, "samples of a batch")->check(CLI::Range(1, 100000));
  CLI11_PARSE(app, argc, argv);
  if (*events) measure_events(rounds);
  if (*loader) measure_loader(folder, gigabytes, batch_size);
  return 0;
}
