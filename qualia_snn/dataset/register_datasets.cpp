#include "qualia_snn/dataset/register_datasets.h"

#include "qualia_snn/dataset/mnist.h"

namespace qualia_snn::dataset {

void register_datasets(config::Registries& registries) {
  auto& datasets = registries.datasets;
  datasets.add<MNIST>("MNIST", "handwritten digits, 28x28");
  datasets.add<FashionMNIST>("FashionMNIST", "clothing, 28x28");
  for (const char* name :
       {"CIFAR10", "CIFAR100", "GSC", "EZBirds", "UCI_HAR", "EllcieHAR", "HD", "GTSRB", "WSMNIST", "EuroSAT",
        "BrainMIX", "CORe50", "DVSGesture", "DVSGestureWithPreprocessing", "SHD", "SSC"}) {
    datasets.add_not_offered(name, "use MNIST or FashionMNIST");
  }
}

}  // namespace qualia_snn::dataset
