#include "scrape/output_file.hpp"

#include <cdp/error.hpp>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

namespace cdp {
namespace {

Error cannot(const char* what, const std::string& name, int error) {
  return Error(errc::output_error,
               fmt::format("cannot {} {}: {}", what, name, std::strerror(error)));
}

/// @return errno, or 0
int write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::write(fd, text.data(), text.size());
    if (count < 0 && errno != EINTR) return errno;
    if (count > 0) text.remove_prefix(static_cast<std::size_t>(count));
  }
  return 0;
}

Task<int> write_task(int fd, const std::string& text) {
  co_return write_all(fd, text);
}

}  // namespace

OutputFile::OutputFile(const std::string& path)
    : name_(path == "-" ? "the standard output" : path) {
  constexpr mode_t mode = 0666;
  file_.reset(path == "-" ? ::fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
                          : ::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
  if (!file_) throw cannot("write to", name_, errno);
}

Task<void> OutputFile::write(std::string text) {
  Task<int> task = write_task(file_.get(), text);
  const int error = co_await boost::asio::co_spawn(writer_.get_executor(), std::move(task),
                                                   boost::asio::use_awaitable);
  if (error != 0) throw cannot("write to", name_, error);
}

}  // namespace cdp
