// Where records are written to.
#pragma once

#include "base/unique_fd.hpp"
#include <cdp/task.hpp>

#include <boost/asio/thread_pool.hpp>

#include <string>

namespace cdp {

/// A file or the standard output, written on a thread of its own: a full pipe or a slow disk must
/// not keep the loop from hearing what the browser says. One write at a time.
class OutputFile {
 public:
  /// @param path `-`: the standard output. A file that exists is overwritten
  /// @throws Error output_error
  explicit OutputFile(const std::string& path);

  /// Returns when all of it has been taken by the system. @throws Error output_error
  Task<void> write(std::string text);

 private:
  std::string name_;
  UniqueFd file_;
  boost::asio::thread_pool writer_{1};
};

}  // namespace cdp
