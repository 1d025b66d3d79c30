#pragma once

// Every test includes this file and no other Catch2 header. LibTorch's logging headers define glog's CHECK macros and
// Catch2 defines CHECK too: LibTorch comes first, its names go, Catch2's stay.
#include <ATen/ATen.h>
#include <c10/util/Logging.h>
#undef CHECK
#undef CHECK_EQ
#undef CHECK_NE
#undef CHECK_LE
#undef CHECK_LT
#undef CHECK_GE
#undef CHECK_GT
#undef CHECK_NOTNULL

#if __has_include(<catch2/catch_all.hpp>)
#include <catch2/catch_all.hpp>  // version 3
using Catch::Approx;
inline auto contains(const std::string& text) { return Catch::Matchers::ContainsSubstring(text); }
#else
#include <catch2/catch.hpp>  // version 2
inline auto contains(const std::string& text) { return Catch::Matchers::Contains(text); }
#endif

namespace Catch {
template <>
struct StringMaker<at::Tensor> {
  static std::string convert(const at::Tensor& tensor) {
    std::ostringstream text;
    text << tensor;
    return text.str();
  }
};
}  // namespace Catch
