// The one file of the program that pays for Beast's HTTP headers.
#include "cli/demo_site.hpp"

#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>
#include <thread>

namespace cdp::cli {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;

constexpr auto as_result = asio::as_tuple(asio::use_awaitable);
constexpr int sites = 3;

struct DemoPage {
  std::string_view path;
  std::chrono::milliseconds answer_time;
};

constexpr std::array pages = {DemoPage{"/news", std::chrono::milliseconds(1000)},
                              DemoPage{"/archive", std::chrono::milliseconds(1500)}};

/// Each site is a little slower than the one before.
constexpr std::chrono::milliseconds site_delay{250};

constexpr std::string_view page_text = R"(<!DOCTYPE html>
<html lang="en">
<head><meta charset="utf-8"><title>Site {0}: {1}</title></head>
<body>
<h1>Site {0}</h1>
<ul id="list"></ul>
<script>
for (let i = 1; i <= 20; i++) {{
  const item = document.createElement('li');
  item.textContent = `Entry ${{i}} of {1}`;
  document.getElementById('list').append(item);
}}
</script>
</body>
</html>
)";

http::response<http::string_body> answer(const http::request<http::empty_body>& request, int site) {
  http::response<http::string_body> response(http::status::ok, request.version());
  response.set(http::field::content_type, "text/html; charset=utf-8");
  response.keep_alive(request.keep_alive());
  const std::string_view path(request.target().data(), request.target().size());
  response.body() = fmt::format(page_text, site, path);
  response.prepare_payload();
  return response;
}

std::chrono::milliseconds answer_time(std::string_view path, int site) {
  for (const DemoPage& page : pages) {
    if (page.path == path) return page.answer_time + (site - 1) * site_delay;
  }
  return {};  // what a browser asks for by itself, such as /favicon.ico
}

Task<void> serve_connection(tcp::socket socket, int site) {
  boost::beast::flat_buffer buffer;
  for (;;) {
    http::request<http::empty_body> request;
    const auto [read_error, read_count] =
        co_await http::async_read(socket, buffer, request, as_result);
    if (read_error) co_return;
    const std::string_view path(request.target().data(), request.target().size());
    asio::steady_timer thinking(socket.get_executor(), answer_time(path, site));
    co_await thinking.async_wait(as_result);
    const http::response<http::string_body> response = answer(request, site);
    const auto [write_error, write_count] = co_await http::async_write(socket, response, as_result);
    if (write_error || !response.keep_alive()) co_return;
  }
}

void ignore_end(const std::exception_ptr&) {}

Task<void> serve_site(tcp::acceptor& acceptor, int site) {
  for (;;) {
    auto [error, socket] = co_await acceptor.async_accept(as_result);
    if (error) co_return;
    asio::co_spawn(acceptor.get_executor(), serve_connection(std::move(socket), site), ignore_end);
  }
}

}  // namespace

struct DemoSite::Impl {
  Impl() {
    const tcp::endpoint any_port(asio::ip::address_v4::loopback(), 0);
    for (int site = 1; site <= sites; ++site)
      acceptors.emplace_back(loop, any_port);
    for (int site = 1; site <= sites; ++site) {
      asio::co_spawn(loop, serve_site(acceptors[static_cast<std::size_t>(site - 1)], site),
                     ignore_end);
    }
    thread = std::thread([this] { loop.run(); });
  }

  ~Impl() {
    loop.stop();
    thread.join();
  }

  asio::io_context loop{1};
  std::vector<tcp::acceptor> acceptors;
  std::thread thread;
};

DemoSite::DemoSite() {
  try {
    impl_ = std::make_unique<Impl>();
  } catch (const boost::system::system_error& error) {
    throw Error(errc::internal,
                fmt::format("cannot serve the demo's pages on loopback: {}", error.what()));
  }
}

DemoSite::~DemoSite() = default;

std::vector<std::string> DemoSite::urls() const {
  std::vector<std::string> urls;
  for (const tcp::acceptor& acceptor : impl_->acceptors) {
    for (const DemoPage& page : pages) {
      urls.push_back(
          fmt::format("http://127.0.0.1:{}{}", acceptor.local_endpoint().port(), page.path));
    }
  }
  return urls;
}

}  // namespace cdp::cli
