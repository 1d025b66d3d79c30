#include "qualia_snn/dataset/register_datasets.h"

#include "qualia_snn/dataset/cifar.h"
#include "qualia_snn/dataset/dvs_gesture.h"
#include "qualia_snn/dataset/eurosat.h"
#include "qualia_snn/dataset/fsdd.h"
#include "qualia_snn/dataset/gsc.h"
#include "qualia_snn/dataset/gtsrb.h"
#include "qualia_snn/dataset/hd.h"
#include "qualia_snn/dataset/mnist.h"
#include "qualia_snn/dataset/nmnist.h"
#include "qualia_snn/dataset/npy.h"
#include "qualia_snn/dataset/shd.h"
#include "qualia_snn/dataset/uci_har.h"

namespace qualia_snn::dataset {

void register_datasets(config::Registries& registries) {
  auto& datasets = registries.datasets;
  datasets.add<CIFAR10>("CIFAR10", "colour images of 10 classes, 32x32");
  datasets.add<CIFAR100>("CIFAR100", "colour images of 100 classes, 32x32");
  datasets.add<DVSGesture>("DVSGesture", "events of 11 gestures, 128x128");
  datasets.add<DVSGestureWithPreprocessing>("DVSGestureWithPreprocessing", "the same as frames in time steps");
  datasets.add<EuroSAT>("EuroSAT", "satellite images of 10 classes, 64x64");
  datasets.add<FashionMNIST>("FashionMNIST", "clothing, 28x28");
  datasets.add<FSDD>("FSDD", "spoken digits, 8 kHz");
  datasets.add<GSC>("GSC", "spoken words, 16 kHz");
  datasets.add<GTSRB>("GTSRB", "traffic signs of 43 classes");
  datasets.add<HD>("HD", "spoken digits, two languages");
  datasets.add<MNIST>("MNIST", "handwritten digits, 28x28");
  datasets.add<NMNIST>("NMNIST", "events of handwritten digits, 34x34");
  datasets.add<NPY>("NPY", "arrays of one's own, .npz or .npy");
  datasets.add<SHD>("SHD", "cochlear events of spoken digits, 700 channels");
  datasets.add<SSC>("SSC", "cochlear events of spoken words, 700 channels");
  datasets.add<UCI_HAR>("UCI_HAR", "activities of people with a smartphone");
  for (const char* name : {"EZBirds", "EllcieHAR", "WSMNIST", "BrainMIX", "CORe50"}) {
    datasets.add_not_offered(name, "use another data set, or NPY with arrays of your own");
  }
}

}  // namespace qualia_snn::dataset
