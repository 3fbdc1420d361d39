#include "cli/commands/demo_site.hpp"

#include "cli/process/http_server.hpp"
#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <array>
#include <chrono>
#include <string_view>
#include <thread>

namespace cdp::cli {
namespace {

namespace asio = boost::asio;

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

std::chrono::milliseconds answer_time(std::string_view path, int site) {
  for (const DemoPage& page : pages) {
    if (page.path == path) return page.answer_time + (site - 1) * site_delay;
  }
  return {};  // what a browser asks for by itself, such as /favicon.ico
}

Task<HttpReply> answer(std::string path, int site) {
  asio::steady_timer thinking(co_await asio::this_coro::executor, answer_time(path, site));
  co_await thinking.async_wait(asio::as_tuple(asio::use_awaitable));
  HttpReply reply;
  reply.content_type = "text/html; charset=utf-8";
  reply.body = fmt::format(page_text, site, path);
  co_return reply;
}

}  // namespace

struct DemoSite::Impl {
  Impl() {
    for (int site = 1; site <= sites; ++site) {
      const auto handler = [site](std::string path) { return answer(std::move(path), site); };
      servers.push_back(std::make_unique<HttpServer>(loop.get_executor(), "127.0.0.1", 0, handler));
    }
    thread = std::thread([this] { loop.run(); });
  }

  ~Impl() {
    loop.stop();
    thread.join();
  }

  asio::io_context loop{1};
  std::vector<std::unique_ptr<HttpServer>> servers;
  std::thread thread;
};

DemoSite::DemoSite() {
  try {
    impl_ = std::make_unique<Impl>();
  } catch (const Error& error) {
    throw Error(errc::internal,
                fmt::format("cannot serve the demo's pages on loopback: {}", error.what()));
  }
}

DemoSite::~DemoSite() = default;

std::vector<std::string> DemoSite::urls() const {
  std::vector<std::string> urls;
  for (const auto& server : impl_->servers) {
    for (const DemoPage& page : pages)
      urls.push_back(fmt::format("http://{}{}", server->endpoint(), page.path));
  }
  return urls;
}

}  // namespace cdp::cli
