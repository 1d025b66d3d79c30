#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn::learningframework {

/// What keeps a training call safe and within its bounds; none of them is Qualia's. Names are Lightning's where it has
/// one.
struct QUALIA_SNN_API GuardOptions {
  std::string on_nonfinite = "stop";
  double reload_lr_factor = 0.5;
  std::int64_t max_reloads = 3;
  double divergence_factor = 0;
  double gradient_clip_val = 0;
  std::string gradient_clip_algorithm = "norm";
  std::int64_t accumulate_grad_batches = 1;
  std::int64_t early_stopping_patience = 0;
  double early_stopping_min_delta = 0;
  double ema_decay = 0;
  std::int64_t max_steps = -1;
  std::string max_time;
  std::int64_t checkpoint_every_n_steps = 0;
  double checkpoint_every_minutes = 5;

  static void options(auto&& o) {
    o("on_nonfinite", &GuardOptions::on_nonfinite,
      "what a loss or gradient that is not finite does: stop the training, skip the update, or reload the weights of "
      "the last epoch with a lower rate")
        .one_of({"stop", "skip", "reload"});
    o("reload_lr_factor", &GuardOptions::reload_lr_factor, "factor of the learning rate after each reload")
        .above(0)
        .at_most(1);
    o("max_reloads", &GuardOptions::max_reloads, "reloads before training stops all the same").at_least(0);
    o("divergence_factor", &GuardOptions::divergence_factor,
      "an epoch whose loss is more than this many times the lowest one has diverged; 0: no such bound")
        .at_least(0);
    o("gradient_clip_val", &GuardOptions::gradient_clip_val, "bound of the gradient; 0: none").at_least(0);
    o("gradient_clip_algorithm", &GuardOptions::gradient_clip_algorithm,
      "norm: scale all gradients so that their common L2 norm is at most the bound; value: cut each number")
        .one_of({"norm", "value"});
    o("accumulate_grad_batches", &GuardOptions::accumulate_grad_batches,
      "batches whose gradients are averaged for one update; the last of an epoch may be fewer")
        .at_least(1)
        .at_most(1e9);
    o("early_stopping_patience", &GuardOptions::early_stopping_patience,
      "epochs without a better checkpoint_metric after which training ends; 0: never")
        .at_least(0);
    o("early_stopping_min_delta", &GuardOptions::early_stopping_min_delta, "by how much better it has to be")
        .at_least(0);
    o("ema_decay", &GuardOptions::ema_decay,
      "decay of an exponential moving average of the weights, which validation and the result take; 0: none")
        .at_least(0)
        .at_most(1);
    o("max_steps", &GuardOptions::max_steps, "updates after which training ends; -1: no such bound").at_least(-1);
    o("max_time", &GuardOptions::max_time, "time after which training ends, \"DD:HH:MM:SS\"; \"\": no such bound");
    o("checkpoint_every_n_steps", &GuardOptions::checkpoint_every_n_steps,
      "steps after which a state to resume from is written within an epoch; 0: none")
        .at_least(0);
    o("checkpoint_every_minutes", &GuardOptions::checkpoint_every_minutes,
      "minutes after which a state to resume from is written within an epoch; 0: none")
        .at_least(0);
  }

  /// Returns what one option alone cannot tell, or "".
  std::string validate_guards() const;
  /// Returns `max_time`; none: no such bound.
  std::optional<std::chrono::seconds> time_limit() const;
};

}  // namespace qualia_snn::learningframework
