#include "qualia_snn/preprocessing/register_preprocessings.h"

#include "qualia_snn/preprocessing/class2binmatrix.h"
#include "qualia_snn/preprocessing/normalize.h"

namespace qualia_snn::preprocessing {

void register_preprocessings(config::Registries& registries) {
  auto& steps = registries.preprocessings;
  steps.add<Class2BinMatrix>("Class2BinMatrix", "class numbers to one-hot rows");
  steps.add<Normalize>("Normalize", "scale by statistics of the training set");
  for (const char* name :
       {"DatasetSplitter", "DatasetSplitterBySubjects", "CopySet", "DatamodelConverter", "Window", "MFCC",
        "Reshape2DTo1D", "RemoveActivity", "RemoveSensor", "BandPassFilter", "PrintHARDataModelSummary",
        "VisualizeActivities", "VisualizeWindows", "IntegrateEventsByFixedDuration",
        "IntegrateEventsByFixedFramesNumber", "Group2TimeStepsBySample", "Split2TimeSteps"}) {
    steps.add_not_offered(name, "remove this [[preprocessing]]");
  }
}

}  // namespace qualia_snn::preprocessing
