#pragma once

#include <string>
#include <vector>

#include "qualia_snn/config/registries.h"
#include "qualia_snn/postprocessing/parameter_distribution.h"
#include "qualia_snn/postprocessing/postprocessing.h"

namespace qualia_snn::postprocessing {

/// Shows how the parameters of each layer are distributed.
class QUALIA_SNN_API Distribution final : public Postprocessing {
 public:
  static constexpr const char* kDetails =
      "Least, greatest and mean value, standard deviation and a histogram of every parameter, in\n"
      "out/distribution/<name>/<name>_r<i>_distribution.csv; with output_pdf as a picture too, an .svg file beside "
      "it.\n"
      "The histogram goes from the whole number below the least value to that above the greatest, and not beyond min\n"
      "and max.\n"
      "Source: qualia_core.postprocessing.Distribution, which writes a pickle and a PDF.";
  struct Options {
    std::string method = "layer_wise";
    std::int64_t bins = 10;
    double min = -5, max = 5;
    bool output_layer = true, output_pdf = false;

    std::string validate() const { return min < max ? "" : concat("min = ", min, ": must be below max = ", max); }

    static void options(auto&& o) {
      o("method", &Options::method, "what has a distribution of its own").one_of({"layer_wise"});
      o("bins", &Options::bins, "of the histogram").at_least(1).at_most(10000);
      o("min", &Options::min, "the histogram begins here at the earliest");
      o("max", &Options::max, "and ends here at the latest");
      o("output_layer", &Options::output_layer, "write the table");
      o("output_pdf", &Options::output_pdf, "write the picture");
    }
  };

  Distribution(const Options& options, const config::BuildContext&) : options_(options) {}
  TrainedModel apply(TrainedModel trained, const PostprocessingContext& context) override;

 private:
  Options options_;
};

}  // namespace qualia_snn::postprocessing
