#include "fakes.hpp"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;

class FakeCopy {
 public:
  FakeCopy() {
    std::string directory = "/tmp/cdp-fakes-XXXXXX";  // not TMPDIR: tests change that
    if (::mkdtemp(directory.data()) == nullptr || ::chmod(directory.c_str(), 0755) != 0) {
      throw std::system_error(errno, std::generic_category(), directory);
    }
    directory_ = directory;
    fs::copy_file(CDP_SCRAPE_FAKE_CHROMIUM, path());
    fs::permissions(path(), fs::perms(0755));
  }
  FakeCopy(const FakeCopy&) = delete;
  FakeCopy& operator=(const FakeCopy&) = delete;

  /// A forked child that exits normally must leave it to the process that made it.
  ~FakeCopy() {
    std::error_code ignored;
    if (::getpid() == owner_) fs::remove_all(directory_, ignored);
  }

  fs::path path() const { return directory_ / "fake-chromium"; }

 private:
  const pid_t owner_ = ::getpid();
  fs::path directory_;
};

}  // namespace

std::string fake_chromium_path() {
  static const FakeCopy copy;
  return copy.path();
}

}  // namespace cdp::test
