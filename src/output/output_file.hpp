// A file that records are appended to.
#pragma once

#include "base/system/file_access.hpp"
#include "base/unique_fd.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace cdp {

/// A file or the standard output. All calls block: a full pipe and a slow disk take their time, and
/// belong on a thread of their own. One call at a time.
///
/// A regular file is locked (flock) while it is open: a second run with the same output is refused,
/// before anything of the first is touched. What the standard output is, is the caller's business.
/// @throws Error output_error from everything
class OutputFile {
 public:
  enum class Existing { overwrite, append };

  /// @param path `-`: the standard output
  /// @param links whether the user chose its name, or we did
  /// @param existing what becomes of what the file holds. It is there until something is written,
  /// or `finish` is called: a run that fails before it has a result costs nobody a file
  explicit OutputFile(const std::string& path, Links links = Links::of_user,
                      Existing existing = Existing::overwrite);

  /// A file that is continued: what it holds beyond `length` is cut off.
  /// @throws Error state_error when it is shorter; invalid_argument when it is not a regular file
  OutputFile(const std::string& path, std::uint64_t length, Links links = Links::of_user);

  /// Returns when the system has taken all of it.
  void append(std::string_view text);

  /// All has been written: what the file held before goes, if that was nothing.
  void finish();

  /// Whether nobody reads the pipe any more that this is.
  bool is_broken_pipe() const { return broken_pipe_; }

  /// Returns when it is on the disk.
  void sync();

  /// Forgets what is beyond `length`, as far as that is possible.
  void cut_back(std::uint64_t length);

  std::uint64_t length() const { return length_; }

 private:
  void lock();
  void end_last_line(const std::string& path);

  std::string name_;
  UniqueFd file_;
  std::uint64_t length_ = 0;  ///< of a file
  bool is_stale_ = false;     ///< it still holds what is to be overwritten
  bool broken_pipe_ = false;
};

/// Writes all of a text, and waits where the descriptor is one that does not block.
/// @return errno, or 0
int write_all(int fd, std::string_view text);

/// Makes what was created and renamed in a directory survive a loss of power. Where a file system
/// cannot, it is left at that.
void sync_directory(const std::string& path);

/// Writes a file whole or not at all (see Draft).
/// @param durable whether it is on the disk before it takes its name
/// @throws Error output_error
void write_whole_file(const std::string& path, std::string_view text, bool durable);

}  // namespace cdp
