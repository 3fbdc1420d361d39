// A temporary directory and environment variables of a test's own.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <optional>
#include <string>

namespace cdp::test {

/// Sets an environment variable; its destructor puts back what was there.
class ScopedVariable {
 public:
  ScopedVariable(std::string name, const std::string& value) : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    ::setenv(name_.c_str(), value.c_str(), 1);
  }
  ScopedVariable(const ScopedVariable&) = delete;
  ScopedVariable& operator=(const ScopedVariable&) = delete;
  ~ScopedVariable() {
    if (before_) {
      ::setenv(name_.c_str(), before_->c_str(), 1);
    } else {
      ::unsetenv(name_.c_str());
    }
  }

 private:
  std::string name_;
  std::optional<std::string> before_;
};

/// A directory that TMPDIR names while this object lives; removed with all that is in it.
class PrivateTmpdir {
 public:
  PrivateTmpdir() : path_(make()), variable_("TMPDIR", path_.string()) {}
  ~PrivateTmpdir() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }

  const std::filesystem::path& path() const { return path_; }

 private:
  static std::filesystem::path make() {
    std::string name = (std::filesystem::temp_directory_path() / "cdp-test-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw std::system_error(errno, std::generic_category());
    return name;
  }

  std::filesystem::path path_;
  ScopedVariable variable_;
};

}  // namespace cdp::test
