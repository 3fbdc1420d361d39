#include "stream.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace cdp::test {
namespace {

class PlainStream : public Stream {
 public:
  explicit PlainStream(Socket& socket) : socket_(socket) {}

  std::size_t read(char* data, std::size_t size) override {
    ssize_t count = 0;
    do {
      count = ::recv(socket_.descriptor(), data, size, 0);
    } while (count < 0 && errno == EINTR);
    return count > 0 ? static_cast<std::size_t>(count) : 0;
  }

  bool write(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t count = ::send(socket_.descriptor(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count < 0 && errno == EINTR) continue;
      if (count <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
  }

 private:
  Socket& socket_;
};

}  // namespace

void Socket::shutdown() {
  const std::lock_guard lock(mutex_);
  if (descriptor_ >= 0) ::shutdown(descriptor_, SHUT_RDWR);
}

void Socket::close() {
  const std::lock_guard lock(mutex_);
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

void Socket::reset() {
  const linger at_once{1, 0};
  ::setsockopt(descriptor_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
  close();
}

std::unique_ptr<Stream> make_plain_stream(Socket& socket) {
  return std::make_unique<PlainStream>(socket);
}

}  // namespace cdp::test
