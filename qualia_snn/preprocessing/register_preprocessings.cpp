#include "qualia_snn/preprocessing/register_preprocessings.h"

#include "qualia_snn/preprocessing/band_pass_filter.h"
#include "qualia_snn/preprocessing/class2binmatrix.h"
#include "qualia_snn/preprocessing/copy_set.h"
#include "qualia_snn/preprocessing/datamodel_converter.h"
#include "qualia_snn/preprocessing/dataset_splitter.h"
#include "qualia_snn/preprocessing/dataset_splitter_by_subjects.h"
#include "qualia_snn/preprocessing/group2timesteps_by_sample.h"
#include "qualia_snn/preprocessing/integrate_events_by_fixed_duration.h"
#include "qualia_snn/preprocessing/integrate_events_by_fixed_frames_number.h"
#include "qualia_snn/preprocessing/mfcc.h"
#include "qualia_snn/preprocessing/normalize.h"
#include "qualia_snn/preprocessing/remove_activity.h"
#include "qualia_snn/preprocessing/remove_sensor.h"
#include "qualia_snn/preprocessing/resample.h"
#include "qualia_snn/preprocessing/reshape2dto1d.h"
#include "qualia_snn/preprocessing/split2timesteps.h"
#include "qualia_snn/preprocessing/window.h"

namespace qualia_snn::preprocessing {

void register_preprocessings(config::Registries& registries) {
  auto& steps = registries.preprocessings;
  steps.add<BandPassFilter>("BandPassFilter", "one dimension of a sensor, filtered");
  steps.add<Class2BinMatrix>("Class2BinMatrix", "class numbers to one-hot rows");
  steps.add<CopySet>("CopySet", "copy one set into another");
  steps.add<DatamodelConverter>("DatamodelConverter", "subjects with activities to arrays");
  steps.add<DatasetSplitter>("DatasetSplitter", "move a random share of one set into another");
  steps.add<DatasetSplitterBySubjects>("DatasetSplitterBySubjects", "move subjects of one set into another");
  steps.add<Group2TimeStepsBySample>("Group2TimeStepsBySample", "consecutive frames to time steps");
  steps.add<IntegrateEventsByFixedDuration>("IntegrateEventsByFixedDuration", "events to frames of one duration");
  steps.add<IntegrateEventsByFixedFramesNumber>("IntegrateEventsByFixedFramesNumber",
                                                "events to a number of frames per recording");
  steps.add<MFCC>("MFCC", "signals to mel-frequency cepstral coefficients");
  steps.add<Normalize>("Normalize", "scale by statistics of the training set");
  steps.add<RemoveActivity>("RemoveActivity", "drop activities of all subjects");
  steps.add<RemoveSensor>("RemoveSensor", "drop what sensors measured");
  steps.add<Resample>("Resample", "another sample rate");
  steps.add<Reshape2DTo1D>("Reshape2DTo1D", "images to signals, row by row");
  steps.add<Split2TimeSteps>("Split2TimeSteps", "signals to time steps");
  steps.add<Window>("Window", "consecutive samples to windows");
  for (const char* name : {"PrintHARDataModelSummary", "VisualizeActivities", "VisualizeWindows"}) {
    steps.add_not_offered(name, "remove this [[preprocessing]]");
  }
}

}  // namespace qualia_snn::preprocessing
