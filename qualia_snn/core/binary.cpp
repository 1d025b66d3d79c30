#include "qualia_snn/core/binary.h"

#include <dlfcn.h>
#include <link.h>

#include <filesystem>

namespace qualia_snn {

std::string path_of_binary(const void* address) {
  Dl_info info{};
  link_map* map = nullptr;
  if (dladdr1(address, &info, reinterpret_cast<void**>(&map), RTLD_DL_LINKMAP) == 0) return {};
  // The loader has no name for the program itself, dladdr only the word that it was called by.
  if (map != nullptr && *map->l_name != '\0') return map->l_name;
  std::error_code ignored;
  return std::filesystem::read_symlink("/proc/self/exe", ignored).string();
}

}  // namespace qualia_snn
