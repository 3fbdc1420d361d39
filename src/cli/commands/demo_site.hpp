// The site that the demo scrapes.
#pragma once

#include <memory>
#include <string>
#include <vector>

namespace cdp::cli {

/// Three small web sites on ports of loopback, with two pages each. Every page takes its time to
/// answer, and builds its text by script, so that it is empty for whoever does not render it. Runs
/// on a thread of its own until destroyed.
class DemoSite {
 public:
  /// @throws Error internal when no port can be had
  DemoSite();
  ~DemoSite();

  std::vector<std::string> urls() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cdp::cli
