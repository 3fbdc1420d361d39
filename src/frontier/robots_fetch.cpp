#include "frontier/robots_fetch.hpp"

#include "base/async/deadline.hpp"
#include "frontier/retry.hpp"
#include "frontier/retry_after.hpp"

#include <fmt/format.h>

#include <utility>

namespace cdp {
namespace {

bool is_late(errc code) {
  return code == errc::nav_timeout || code == errc::page_timeout;
}

/// What an answer means.
RobotsFile read_answer(const std::string& url, HttpAnswer answer) {
  const int status = answer.document.status;
  constexpr int too_many_requests = 429;
  const bool is_refused = answer.fault && answer.fault->code() == errc::auth_required;
  if (status == too_many_requests) return {{}, fmt::format("{}: status {}", url, status)};
  if (status >= 400 && status < 500 && !is_refused) return {};
  if (answer.fault && answer.fault->code() == errc::too_many_redirects) return {};
  if (answer.fault)
    return {{},
            fmt::format("{}: {}: {}", url, to_string(answer.fault->code()), answer.fault->what())};
  if (status >= 500) return {{}, fmt::format("{}: status {}", url, status)};
  if (status >= 300) return {};  // a redirect to nowhere
  return {std::move(answer.body), {}};
}

/// Whether asking again at once may help. A server that refuses for too many requests is left
/// alone.
bool may_help(const HttpAnswer& answer) {
  if (is_refusal(answer.document.status, answer.document.retry_after) || answer.is_final)
    return false;
  return !answer.fault || may_pass(answer.fault->code()) || is_late(answer.fault->code());
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
    const bool is_last = !may_help(answer);
    file = read_answer(url, std::move(answer));
    if (file.fault.empty() || is_last || attempts > retries || has_passed(deadline)) break;
    co_await back_off(attempts, deadline);
  }
  co_return file;
}

}  // namespace cdp
