#pragma once

// A connected socket as the test server uses it: blocking, plain or TLS.

#include <cstddef>
#include <memory>
#include <mutex>
#include <string_view>

namespace cdp::test {

/// Owns a connected socket. One thread reads and writes and closes; another one may call shutdown()
/// at any time, which ends whatever the first is blocked in.
class Socket {
 public:
  explicit Socket(int descriptor) : descriptor_(descriptor) {}
  Socket(const Socket&) = delete;
  Socket& operator=(const Socket&) = delete;
  ~Socket() { close(); }

  int descriptor() const { return descriptor_; }
  void shutdown();
  void close();
  /// Closes with RST instead of FIN.
  void reset();

 private:
  std::mutex mutex_;
  int descriptor_;
};

/// Bytes over a Socket, which must outlive it.
class Stream {
 public:
  Stream() = default;
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  virtual ~Stream() = default;

  /// Number of bytes read; 0 at the end, also after an error.
  virtual std::size_t read(char* data, std::size_t size) = 0;
  virtual bool write(std::string_view bytes) = 0;
  /// Says good-bye where the protocol has a way to.
  virtual void finish() {}
};

std::unique_ptr<Stream> make_plain_stream(Socket& socket);

/// A server's TLS side with a key and a self-signed certificate made in memory.
class TlsContext {
 public:
  TlsContext();
  TlsContext(const TlsContext&) = delete;
  TlsContext& operator=(const TlsContext&) = delete;
  ~TlsContext();

  /// Does the handshake; null when it fails.
  std::unique_ptr<Stream> accept(Socket& socket);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace cdp::test
