// A file in the making.
#pragma once

#include "base/unique_fd.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace cdp {

/// A file that is complete or absent: it gets its name when it is complete. Whatever had that name
/// is replaced; of a link, the link itself, never its target. Until then the file has no name, so
/// that nothing is left of it however the program ends; where the file system cannot do that, it
/// has one that nobody could know before.
///
/// Blocks. @throws Error output_error, naming the file, from everything
class Draft {
 public:
  explicit Draft(std::filesystem::path path);
  Draft(const Draft&) = delete;
  Draft& operator=(const Draft&) = delete;
  ~Draft();

  void append(std::string_view text);

  /// Copies all that is left to be read of another file.
  void append_from(int file);

  /// Returns when what was written is on the disk.
  void sync();

  /// Gives it its name.
  void publish();

 private:
  bool open_unnamed();
  void open_named();
  void give_random_name();
  [[noreturn]] void fail(int error) const;

  std::filesystem::path path_;
  UniqueFd directory_;
  UniqueFd file_;
  std::string name_;  ///< in the directory; empty while it has none, and when it has its own
};

}  // namespace cdp
