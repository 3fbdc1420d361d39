// Where files of URLs are kept.
#pragma once

#include <cdp/task.hpp>

#include <boost/asio/thread_pool.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace cdp {

/// A directory of files, each of which is there whole or not at all: it is written beside its
/// place, then moved there. On a thread of its own, so that a slow disk does not hold up the loop.
class FileStore {
 public:
  /// @param directory made when it is not there @throws Error output_error
  explicit FileStore(std::filesystem::path directory);

  /// Writes a file. @return its path @throws Error output_error
  Task<std::string> write(std::string name, std::string content);

  /// Takes over a file that somebody else has made, and removes the original.
  /// @return its path @throws Error output_error
  Task<std::string> take(std::string name, std::string from);

 private:
  std::filesystem::path directory_;
  boost::asio::thread_pool thread_{1};
};

}  // namespace cdp
