// What must not outlive this process, even if it ends without an orderly shutdown.
#pragma once

#include "base/async/deadline.hpp"

#include <sys/types.h>

#include <filesystem>
#include <list>
#include <string>
#include <utility>

namespace cdp {

/// A process group and a directory that are ours while this lives. Code that ends them in good
/// order destroys this; when the thread that should do so is stuck, `end_leftovers` does it
/// instead.
class Leftovers {
 public:
  Leftovers();
  ~Leftovers();
  Leftovers(const Leftovers&) = delete;
  Leftovers& operator=(const Leftovers&) = delete;

  void set_directory(std::filesystem::path directory);

  /// @param group 0: there is none any more
  void set_group(pid_t group);

  struct Entry {
    std::filesystem::path directory;
    pid_t group = 0;
  };

 private:
  std::list<Entry>::iterator place_;
};

/// Kills the groups of all `Leftovers` of this process and removes their directories, as far as
/// that goes until the deadline. Blocks; may be called on any thread.
void end_leftovers(Deadline deadline);

}  // namespace cdp
