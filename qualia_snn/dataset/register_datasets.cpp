#include "qualia_snn/dataset/register_datasets.h"

#include "qualia_snn/dataset/cifar.h"
#include "qualia_snn/dataset/mnist.h"
#include "qualia_snn/dataset/npy.h"

namespace qualia_snn::dataset {

void register_datasets(config::Registries& registries) {
  auto& datasets = registries.datasets;
  datasets.add<CIFAR10>("CIFAR10", "colour images of 10 classes, 32x32");
  datasets.add<CIFAR100>("CIFAR100", "colour images of 100 classes, 32x32");
  datasets.add<MNIST>("MNIST", "handwritten digits, 28x28");
  datasets.add<FashionMNIST>("FashionMNIST", "clothing, 28x28");
  datasets.add<NPY>("NPY", "arrays of one's own, .npz or .npy");
  for (const char* name : {"GSC", "EZBirds", "UCI_HAR", "EllcieHAR", "HD", "GTSRB", "WSMNIST", "EuroSAT", "BrainMIX",
                           "CORe50", "DVSGesture", "DVSGestureWithPreprocessing", "SHD", "SSC"}) {
    datasets.add_not_offered(name, "use another data set, or NPY with arrays of your own");
  }
}

}  // namespace qualia_snn::dataset
