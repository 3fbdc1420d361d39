#include "scrape/robots_fetch.hpp"

#include "base/deadline.hpp"
#include "scrape/retry.hpp"

#include <fmt/format.h>

#include <utility>

namespace cdp {
namespace {

/// What an answer means.
RobotsFile read_answer(const std::string& url, HttpAnswer answer) {
  const int status = answer.document.status;
  if (status >= 400 && status < 500) return {};
  if (answer.fault && answer.fault->code() == errc::too_many_redirects) return {};
  if (answer.fault)
    return {{},
            fmt::format("{}: {}: {}", url, to_string(answer.fault->code()), answer.fault->what())};
  if (status >= 500) return {{}, fmt::format("{}: status {}", url, status)};
  if (status >= 300) return {};  // a redirect to nowhere
  return {std::move(answer.body), {}};
}

}  // namespace

Task<RobotsFile> fetch_robots(HttpClient& client, std::string origin, int retries,
                              std::chrono::milliseconds timeout) {
  const Deadline deadline = deadline_in(timeout);
  const std::string url = origin + "/robots.txt";
  RobotsFile file;
  for (int attempts = 1;; ++attempts) {
    HttpRequest request;
    request.url = url;
    request.deadline = deadline;
    request.limits.text = RobotsRules::most_bytes;
    request.takes_any_file = true;
    Task<HttpAnswer> getting = client.get(std::move(request));
    HttpAnswer answer = co_await std::move(getting);
    const bool cancelled = answer.fault && answer.fault->code() == errc::cancelled;
    file = read_answer(url, std::move(answer));
    if (file.fault.empty() || cancelled || attempts > retries || has_passed(deadline)) break;
    co_await back_off(attempts, deadline);
  }
  co_return file;
}

}  // namespace cdp
