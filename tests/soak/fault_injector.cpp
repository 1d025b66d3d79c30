// Preloaded into the program: one call of the C library on files of a run fails, or kills the process.
//   SOAK_CALL   write, fsync or rename
//   SOAK_AT     which call of that kind, from 1; 0: none, and all are counted into the file SOAK_COUNT
//   SOAK_ERROR  errno of the failure; 0: the process is killed instead, before the call
//   SOAK_LASTS  1: every later call of that kind fails too
// Only files below a folder out/ or logs/ count.
#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/types.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace {

long number(const char* name) {
  const char* const text = getenv(name);
  return text == nullptr ? 0 : atol(text);
}

template <class Function>
Function next(const char* name) {
  return reinterpret_cast<Function>(dlsym(RTLD_NEXT, name));
}

bool is_of_a_run(const char* path) { return strstr(path, "out/") != nullptr || strstr(path, "logs/") != nullptr; }

bool is_of_a_run(int descriptor) {
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  const auto size = readlink(link, path, sizeof path - 1);
  if (size <= 0) return false;
  path[size] = '\0';
  return is_of_a_run(path);
}

/// Counts one call. @return  whether it is to fail; errno is set then.
bool fails(const char* call) {
  static std::atomic<long> count{0};
  const char* const chosen = getenv("SOAK_CALL");
  if (chosen == nullptr || strcmp(chosen, call) != 0) return false;
  const long n = ++count, at = number("SOAK_AT");
  if (at == 0) {
    const char* const path = getenv("SOAK_COUNT");
    FILE* const file = path == nullptr ? nullptr : fopen(path, "w");
    if (file != nullptr) {
      fprintf(file, "%ld", n);
      fclose(file);
    }
    return false;
  }
  if (n != at && !(n > at && number("SOAK_LASTS") != 0)) return false;
  const auto reason = static_cast<int>(number("SOAK_ERROR"));
  if (reason == 0) kill(getpid(), SIGKILL);
  errno = reason;
  return true;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* data, size_t size) {
  static const auto real = next<decltype(&write)>("write");
  if (is_of_a_run(descriptor) && fails("write")) return -1;
  return real(descriptor, data, size);
}

int fsync(int descriptor) {
  static const auto real = next<decltype(&fsync)>("fsync");
  if (is_of_a_run(descriptor) && fails("fsync")) return -1;
  return real(descriptor);
}

int rename(const char* from, const char* to) noexcept {
  static const auto real = next<int (*)(const char*, const char*)>("rename");
  if (is_of_a_run(to) && fails("rename")) return -1;
  return real(from, to);
}
}
