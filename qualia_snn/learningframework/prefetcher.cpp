#include "qualia_snn/learningframework/prefetcher.h"

#include <ATen/Parallel.h>
#include <ATen/core/grad_mode.h>
#include <omp.h>

#include <system_error>
#include <utility>

#include "qualia_snn/core/error.h"
#include "qualia_snn/core/log.h"

namespace qualia_snn::learningframework {

Prefetcher::Prefetcher(std::int64_t first, std::int64_t end, std::int64_t workers, Make make)
    : make_(std::move(make)), end_(end), ahead_(workers), begun_(first), taken_(first) {
  try {
    for (std::int64_t i = 0; i < workers; ++i) workers_.emplace_back([this] { work(); });
  } catch (const std::system_error& error) {
    // Batches do not depend on who makes them.
    log::warning(concat("learningframework.params.num_workers: only ", workers_.size(), " of ", workers,
                        " threads could be started: ", error.what()));
  }
}

Prefetcher::~Prefetcher() {
  {
    const std::lock_guard lock(mutex_);
    stops_ = true;
  }
  changed_.notify_all();
  for (auto& worker : workers_) worker.join();
}

dataaugmentation::Batch Prefetcher::next() {
  if (workers_.empty()) return make_(taken_++);
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return made_.contains(taken_); });
  auto made = std::move(made_.at(taken_));
  made_.erase(taken_++);
  lock.unlock();
  changed_.notify_all();
  if (made.error) std::rethrow_exception(made.error);
  return std::move(made.batch);
}

void Prefetcher::work() {
  const at::NoGradGuard no_grad;
  // LibTorch sets the number of threads of its loops when a thread asks for it the first time; then it is ours to set.
  at::get_num_threads();
  omp_set_num_threads(1);
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [this] { return stops_ || begun_ == end_ || begun_ - taken_ < ahead_; });
    if (stops_ || begun_ == end_) return;
    const auto index = begun_++;
    lock.unlock();
    Made made;
    try {
      made.batch = make_(index);
    } catch (...) {
      made.error = std::current_exception();
    }
    lock.lock();
    made_.insert_or_assign(index, std::move(made));
    changed_.notify_all();
  }
}

}  // namespace qualia_snn::learningframework
