#pragma once

#include <ATen/core/Tensor.h>

#include <cstdint>
#include <map>
#include <string>

#include "qualia_snn/core/api.h"

namespace qualia_snn {

/// What has to be remembered to go on later: records under dotted names, for example "optimizer.0.exp_avg".
///
/// Numbers are tensors without axes, so that every bit of them is kept; texts are apart.
class QUALIA_SNN_API State {
 public:
  void set(const std::string& name, const at::Tensor& tensor) { tensors_[name] = tensor; }
  void set_integer(const std::string& name, std::int64_t number);
  void set_real(const std::string& name, double number);
  void set_text(const std::string& name, std::string text) { texts_[name] = std::move(text); }
  /// Takes all records of another state under `prefix` + "." + their names.
  void set_part(const std::string& prefix, const State& part);

  bool has(const std::string& name) const { return tensors_.contains(name) || texts_.contains(name); }
  /// Each @throws DataError  if there is no such record, or one of another type.
  const at::Tensor& tensor(const std::string& name) const;
  std::int64_t integer(const std::string& name) const;
  double real(const std::string& name) const;
  const std::string& text(const std::string& name) const;
  /// Returns the records under a prefix, without it; may be empty.
  State part(const std::string& prefix) const;

  const std::map<std::string, at::Tensor>& tensors() const { return tensors_; }
  const std::map<std::string, std::string>& texts() const { return texts_; }

 private:
  std::map<std::string, at::Tensor> tensors_;
  std::map<std::string, std::string> texts_;
};

}  // namespace qualia_snn
