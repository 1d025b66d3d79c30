#include "qualia_snn/io/python_text.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <vector>

namespace qualia_snn::io {
namespace {

/// Joins the rows of equally wide cells with NumPy's brackets and indentation.
std::string join_rows(const std::vector<std::vector<std::string>>& rows, ArrayStyle style, const std::string& suffix) {
  const bool repr = style == ArrayStyle::kRepr;
  const std::string comma = repr ? ", " : " ";
  const std::string indentation(repr ? 7 : 1, ' ');
  std::string text = repr ? "array([" : "[";
  for (std::size_t r = 0; r < rows.size(); ++r) {
    if (r > 0) text += (repr ? ",\n" : "\n") + indentation;
    text += '[';
    for (std::size_t c = 0; c < rows[r].size(); ++c) text += (c > 0 ? comma : "") + rows[r][c];
    text += ']';
  }
  return text + "]" + (repr ? suffix + ")" : "");
}

/// Digits before and behind the point of a number with at most two of the latter, without trailing zeros.
struct Fixed {
  std::string whole, fraction;
  bool finite = true;
};

Fixed fixed(double value) {
  if (!std::isfinite(value)) return {std::isnan(value) ? "nan" : value > 0 ? "inf" : "-inf", "", false};
  std::array<char, 400> buffer{};
  std::snprintf(buffer.data(), buffer.size(), "%.2f", value);
  const std::string text(buffer.data());
  const auto point = text.find('.');
  auto fraction = text.substr(point + 1);
  while (!fraction.empty() && fraction.back() == '0') fraction.pop_back();
  return {text.substr(0, point), fraction};
}

}  // namespace

std::string python_repr(double value) {
  if (std::isnan(value)) return "nan";
  if (std::isinf(value)) return value > 0 ? "inf" : "-inf";
  std::array<char, 40> buffer{};
  auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::scientific).ptr;
  const std::string scientific(buffer.data(), end);
  const int exponent = std::atoi(scientific.c_str() + scientific.find('e') + 1);
  if (exponent < -4 || exponent >= 16) return scientific;
  end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, std::chars_format::fixed).ptr;
  std::string text(buffer.data(), end);
  return text.find('.') == std::string::npos ? text + ".0" : text;
}

std::string python_repr_float32(double value) { return python_repr(static_cast<double>(static_cast<float>(value))); }

std::string numpy_text(const at::Tensor& matrix, ArrayStyle style, const std::string& dtype) {
  std::vector<std::vector<std::string>> rows;
  std::size_t width = 0;
  for (std::int64_t r = 0; r < matrix.size(0); ++r) {
    auto& row = rows.emplace_back();
    for (std::int64_t c = 0; c < matrix.size(1); ++c) {
      row.push_back(std::to_string(matrix[r][c].item<std::int64_t>()));
      width = std::max(width, row.back().size());
    }
  }
  for (auto& row : rows) {
    for (auto& cell : row) cell.insert(0, width - cell.size(), ' ');
  }
  return join_rows(rows, style, ", dtype=" + dtype);
}

std::string numpy_text(const at::Tensor& matrix, ArrayStyle style) {
  std::vector<std::vector<Fixed>> numbers;
  std::size_t left = 0, right = 0, special = 0;
  for (std::int64_t r = 0; r < matrix.size(0); ++r) {
    auto& row = numbers.emplace_back();
    for (std::int64_t c = 0; c < matrix.size(1); ++c) {
      const auto& number = row.emplace_back(fixed(matrix[r][c].item<double>()));
      auto& longest = number.finite ? left : special;
      longest = std::max(longest, number.whole.size());
      right = std::max(right, number.fraction.size());
    }
  }
  if (special > right + 1) left = std::max(left, special - right - 1);
  std::vector<std::vector<std::string>> rows;
  for (const auto& row : numbers) {
    auto& cells = rows.emplace_back();
    for (const auto& number : row) {
      auto cell = number.whole;
      if (number.finite) {
        cell.insert(0, left - number.whole.size(), ' ');
        cell += "." + number.fraction + std::string(right - number.fraction.size(), ' ');
      } else {
        cell.insert(0, left + right + 1 - number.whole.size(), ' ');
      }
      cells.push_back(std::move(cell));
    }
  }
  return join_rows(rows, style, "");
}

}  // namespace qualia_snn::io
