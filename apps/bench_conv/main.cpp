// Times the convolutions of the benchmark's networks: ours beside LibTorch's, pass by pass, in one process.

#include <ATen/ATen.h>
#include <ATen/Parallel.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <functional>
#include <string>
#include <vector>

#include "qualia_snn/core/freed_memory.h"
#include "qualia_snn/layer/conv.h"

namespace {

using namespace qualia_snn;
using Clock = std::chrono::steady_clock;

struct Shape {
  const char* name;
  std::int64_t N, C, K;
  std::vector<std::int64_t> size, kernel, stride, padding;
};

const std::vector<Shape> kShapes = {
    {"fashion_mnist 1", 64, 1, 16, {28, 28}, {3, 3}, {1, 1}, {1, 1}},
    {"fashion_mnist 2", 256, 16, 32, {14, 14}, {3, 3}, {1, 1}, {1, 1}},
    {"shd 1", 1536, 1, 16, {700}, {7}, {2}, {3}},
    {"shd 2", 1536, 16, 32, {175}, {5}, {1}, {2}},
    {"shd 3", 1536, 32, 64, {43}, {3}, {1}, {1}},
    {"dvs_gesture 1", 128, 2, 16, {128, 128}, {3, 3}, {1, 1}, {1, 1}},
    {"dvs_gesture 2", 128, 16, 32, {64, 64}, {3, 3}, {1, 1}, {1, 1}},
    {"dvs_gesture 3", 128, 32, 64, {32, 32}, {3, 3}, {1, 1}, {1, 1}},
    {"dvs_gesture 4", 128, 64, 64, {16, 16}, {3, 3}, {1, 1}, {1, 1}},
    {"dvs_gesture 5", 128, 64, 128, {8, 8}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 1", 64, 3, 64, {32, 32}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 2", 256, 64, 64, {32, 32}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 3", 256, 64, 128, {16, 16}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 4", 256, 128, 128, {16, 16}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 5", 256, 128, 256, {8, 8}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 6", 256, 256, 256, {8, 8}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 8", 256, 256, 512, {4, 4}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 9", 256, 512, 512, {4, 4}, {3, 3}, {1, 1}, {1, 1}},
    {"svgg16 11", 256, 512, 512, {2, 2}, {3, 3}, {1, 1}, {1, 1}},
};

double milliseconds(const std::function<void()>& run) {
  const auto start = Clock::now();
  run();
  return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<long>(values.size() / 2), values.end());
  return values[values.size() / 2];
}

void measure(const Shape& s, int rounds) {
  layer::Conv conv({s.C, s.K, s.kernel, s.stride, s.padding, 1, false});
  auto sizes = s.size;
  sizes.insert(sizes.begin(), s.N);
  sizes.push_back(s.C);
  const auto x = at::rand(sizes).movedim(-1, 1);  // channels last
  const auto ours = [&](const at::Tensor& given) { return conv.forward({given, 1}).x; };
  const auto library = [&](const at::Tensor& given) {
    return s.size.size() == 1 ? at::conv1d(given, conv.weight, {}, s.stride, s.padding)
                              : at::conv2d(given, conv.weight, {}, s.stride, s.padding);
  };
  const double operations =
      2e-6 * static_cast<double>(s.N) *
      static_cast<double>(conv.multiply_accumulates({}, conv.output_shape({x.sizes().slice(1).vec()})));
  std::printf("%-16s", s.name);
  for (const auto& [of_x, of_weight] : {std::pair{false, false}, std::pair{true, false}, std::pair{false, true}}) {
    if (of_x && s.C < 16) {
      std::printf(" | %32s", "");
      continue;
    }
    const auto input = x.detach().requires_grad_(of_x);
    conv.weight.requires_grad_(of_weight);
    std::vector<double> times[2];
    for (int round = 0; round < rounds + 1; ++round) {
      for (int side = 0; side < 2; ++side) {
        const auto run = [&] { return side == 0 ? ours(input) : library(input); };
        at::Tensor y;
        auto time = milliseconds([&] { y = run(); });
        if (of_x || of_weight) {
          const auto g = at::ones_like(y);
          time = milliseconds([&] { y.backward(g); });
        }
        input.mutable_grad().reset();
        conv.weight.mutable_grad().reset();
        if (round > 0) times[side].push_back(time);
      }
    }
    const auto a = median(times[0]), b = median(times[1]);
    std::printf(" | %7.2f %7.2f ms %4.0f %4.0f GF/s", a, b, operations / a, operations / b);
    std::fflush(stdout);
  }
  std::printf("\n");
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App app("Times convolutions: ours beside LibTorch's; medians, with the rate that the nominal operations make.");
  int rounds = 7, threads = 2;
  std::string only;
  app.add_option("--rounds", rounds);
  app.add_option("--threads", threads);
  app.add_option("--only", only, "shapes whose name begins so");
  CLI11_PARSE(app, argc, argv);
  at::set_num_threads(threads);
  keep_freed_memory();  // as the program does
  std::printf("%-16s | forward: ours, LibTorch          | adjoint of x                     | adjoint of the weight\n",
              "");
  for (const auto& shape : kShapes) {
    if (std::string(shape.name).rfind(only, 0) == 0) measure(shape, rounds);
  }
}
