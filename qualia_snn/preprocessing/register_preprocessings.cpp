#include "qualia_snn/preprocessing/register_preprocessings.h"

#include "qualia_snn/preprocessing/class2binmatrix.h"
#include "qualia_snn/preprocessing/copy_set.h"
#include "qualia_snn/preprocessing/dataset_splitter.h"
#include "qualia_snn/preprocessing/normalize.h"
#include "qualia_snn/preprocessing/reshape2dto1d.h"

namespace qualia_snn::preprocessing {

void register_preprocessings(config::Registries& registries) {
  auto& steps = registries.preprocessings;
  steps.add<Class2BinMatrix>("Class2BinMatrix", "class numbers to one-hot rows");
  steps.add<CopySet>("CopySet", "copy one set into another");
  steps.add<DatasetSplitter>("DatasetSplitter", "move a random share of one set into another");
  steps.add<Normalize>("Normalize", "scale by statistics of the training set");
  steps.add<Reshape2DTo1D>("Reshape2DTo1D", "images to signals, row by row");
  for (const char* name : {"DatasetSplitterBySubjects", "DatamodelConverter", "Window", "MFCC", "RemoveActivity",
                           "RemoveSensor", "BandPassFilter", "PrintHARDataModelSummary", "VisualizeActivities",
                           "VisualizeWindows", "IntegrateEventsByFixedDuration", "IntegrateEventsByFixedFramesNumber",
                           "Group2TimeStepsBySample", "Split2TimeSteps"}) {
    steps.add_not_offered(name, "remove this [[preprocessing]]");
  }
}

}  // namespace qualia_snn::preprocessing
