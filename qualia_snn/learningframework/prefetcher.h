#pragma once

#include <condition_variable>
#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <thread>
#include <vector>

#include "qualia_snn/core/api.h"
#include "qualia_snn/dataaugmentation/data_augmentation.h"

namespace qualia_snn::learningframework {

/// Makes the batches of an epoch ahead of the steps that take them, on threads of its own.
///
/// Each thread computes alone: the others belong to the training step. As many batches are ahead as there are threads,
/// so that memory does not grow with the length of an epoch.
class QUALIA_SNN_API Prefetcher {
 public:
  using Make = std::function<dataaugmentation::Batch(std::int64_t index)>;

  /// @param first  the batch to begin with, for example where an epoch was left
  /// @param end  the one after the last
  /// @param workers  threads; 0: batches are made when they are taken, by the thread that takes them
  Prefetcher(std::int64_t first, std::int64_t end, std::int64_t workers, Make make);
  ~Prefetcher();
  Prefetcher(const Prefetcher&) = delete;
  Prefetcher& operator=(const Prefetcher&) = delete;

  /// Returns the next batch. @throws what making it threw.
  dataaugmentation::Batch next();

 private:
  struct Made {
    dataaugmentation::Batch batch;
    std::exception_ptr error;
  };

  void work();

  Make make_;
  std::int64_t end_, ahead_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::int64_t begun_, taken_;  ///< of the batches: the next to be begun, and to be taken
  std::map<std::int64_t, Made> made_;
  bool stops_ = false;
  std::vector<std::thread> workers_;
};

}  // namespace qualia_snn::learningframework
