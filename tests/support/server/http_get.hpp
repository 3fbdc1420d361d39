// A plain HTTP client for servers of this machine.
#pragma once

#include <boost/asio/ip/tcp.hpp>

#include <ios>
#include <string>
#include <string_view>

namespace cdp::test {

/// The body of the answer, as long as its Content-Length says.
inline std::string http_get(const std::string& port, const std::string& path) {
  boost::asio::ip::tcp::iostream stream("127.0.0.1", port);
  stream << "GET " << path << " HTTP/1.1\r\nHost: 127.0.0.1:" << port << "\r\n\r\n" << std::flush;
  std::size_t length = 0;
  for (std::string line; std::getline(stream, line) && line != "\r";) {
    constexpr std::string_view name = "Content-Length:";
    if (line.starts_with(name)) length = std::stoul(line.substr(name.size()));
  }
  std::string body(length, '\0');
  stream.read(body.data(), static_cast<std::streamsize>(length));
  return body;
}

}  // namespace cdp::test
