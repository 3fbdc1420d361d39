#include "cli/process/standard_streams.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <string>

namespace cdp::cli {
namespace {

/// How long a reader may take that has made our descriptor non-blocking.
constexpr int patience_ms = 1000;

/// @return errno, or 0
int write_all(int fd, std::string_view text) noexcept {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count >= 0) {
      text.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      pollfd waiting{fd, POLLOUT, 0};
      if (::poll(&waiting, 1, patience_ms) == 0) return EAGAIN;
    } else if (errno != EINTR) {
      return errno;
    }
  }
  return 0;
}

}  // namespace

void open_standard_streams() noexcept {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0 || errno != EBADF) continue;
    // The lowest free number is this one: those below are open by now.
    static_cast<void>(::open("/dev/null", fd == STDOUT_FILENO ? O_RDONLY : O_WRONLY));
  }
}

void write_to_stderr(std::string_view text) noexcept {
  static_cast<void>(write_all(STDERR_FILENO, text));
}

ExitCode print_text(std::string_view text) noexcept {
  const int error = write_all(STDOUT_FILENO, text);
  if (error == 0) return ExitCode::ok;
  if (error == EPIPE) return ExitCode::broken_pipe;
  write_to_stderr("cdp-scrape: cannot write to the standard output: ");
  write_to_stderr(std::strerror(error));
  write_to_stderr("\n");
  return ExitCode::output;
}

}  // namespace cdp::cli
