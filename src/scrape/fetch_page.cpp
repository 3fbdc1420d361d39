#include "scrape/fetch_page.hpp"

#include "base/deadline.hpp"
#include "base/limits.hpp"
#include "base/utf8.hpp"
#include "fetch/charset.hpp"
#include "fetch/html_text.hpp"
#include "fetch/media_type.hpp"
#include "scrape/file_name.hpp"
#include "scrape/file_store.hpp"
#include "scrape/phase_clock.hpp"
#include "scrape/retry.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <new>
#include <utility>

namespace cdp {
namespace {

using Clock = std::chrono::steady_clock;

/// How much of a body must be read to have that much of its text: the encodings that shrink most
/// (UTF-16) shrink to the half.
std::size_t body_limit(std::size_t most_html) {
  return most_html >= largest_file / 2 ? largest_file : 2 * most_html;
}

/// The work on one URL.
class PageFetch {
 public:
  PageFetch(PageJob job, HttpClient& client)
      : job_(std::move(job)),
        client_(client),
        started_(Clock::now()),
        deadline_(started_ + job_.timeout),
        record_(begin_record(job_)) {
    record_.fetch = FetchMode::http;
  }

  Task<Record> run() {
    bool again = !record_.error;
    while (again) {
      co_await attempt();
      again = should_try_again();
      if (again) co_await await_another_attempt(job_, record_.attempts, deadline_);
    }
    record_.timings.total = Clock::now() - started_;
    co_return std::move(record_);
  }

 private:
  bool should_try_again() const {
    return record_.error && may_pass(record_.error->code) && record_.attempts <= job_.retries &&
           !has_passed(deadline_);
  }

  Task<void> attempt() {
    ++record_.attempts;
    record_.attempt_starts.push_back(Clock::now() - started_);
    record_.error.reset();
    PhaseClock clock(record_.timings);
    clock.enter(Phase::navigate);
    HttpRequest request;
    request.url = job_.url;
    request.deadline = deadline_;
    request.limits = {body_limit(job_.content.max_bytes), job_.files == nullptr ? 0 : largest_file};
    request.headers = job_.headers;
    request.on_request = job_.page.on_document_request;
    Task<HttpAnswer> getting = client_.get(std::move(request));
    HttpAnswer answer = co_await std::move(getting);
    if (answer.document.arrived_at != Clock::time_point{})
      clock.enter(Phase::wait, answer.document.arrived_at);
    const Phase failed_in = clock.phase();
    clock.enter(Phase::extract);
    try {
      co_await take(std::move(answer), failed_in);
    } catch (const Error& error) {
      fail(error, Phase::extract);
    } catch (const std::bad_alloc&) {
      fail(Error(errc::too_large, "no memory for the page: " + describe_memory_limit()),
           Phase::extract);
    } catch (const std::exception& error) {
      fail(Error(errc::internal, error.what()), Phase::extract);
    }
    clock.enter(Phase::close);
  }

  Task<void> take(HttpAnswer answer, Phase failed_in) {
    Document& document = answer.document;
    record_.final_url = document.url;
    record_.status = document.status;
    record_.content_type = document.content_type;
    record_.retry_after = document.retry_after;
    record_.redirects = std::move(document.redirects);
    if (answer.is_file && is_wanted_file(answer)) {
      co_await save(std::move(answer));
      co_return;
    }
    const bool late = !answer.is_file && answer.fault && answer.fault->code() == errc::page_timeout;
    const bool readable = !answer.fault || (late && job_.on_timeout == OnTimeout::partial);
    if (!readable) {
      fail(*answer.fault, failed_in);
      co_return;
    }
    if (answer.body.size() >= largest_file && answer.truncated) {
      throw Error(errc::too_large, fmt::format("{}: more than {} bytes; --max-html cuts it",
                                               document.url, largest_file));
    }
    record_.wait_ended_by = late ? "timeout" : "response";
    if (late) record_.pending.push_back(answer.fault->what());
    record_.partial = late;
    take_text(answer);
    record_.outcome = RecordOutcome::ok;
  }

  /// A browser makes a page of a picture, so `auto` leaves those to it.
  bool is_wanted_file(const HttpAnswer& answer) const {
    const bool is_picture = answer.document.content_type.starts_with("image/");
    return job_.files != nullptr && answer.fault && answer.fault->code() == errc::download &&
           !(is_picture && job_.fetch == FetchMode::automatic);
  }

  Task<void> save(HttpAnswer answer) {
    const Document& document = answer.document;
    if (answer.truncated) {
      throw Error(errc::too_large,
                  fmt::format("{}: a file of more than {} bytes", document.url, largest_file));
    }
    std::string extension(extension_for(document.content_type));
    if (extension.empty()) extension = extension_of(document.url);
    std::string name = file_name_of(job_.seq, document.url, extension);
    record_.file_bytes = answer.body.size();
    Task<std::string> writing = job_.files->write(std::move(name), std::move(answer.body));
    record_.file = co_await std::move(writing);
    record_.wait_ended_by = "file";
    record_.outcome = RecordOutcome::ok;
  }

  void take_text(const HttpAnswer& answer) {
    const std::string& type = answer.document.content_type;
    const std::string_view charset = find_charset(answer.body, type, answer.server_charset);
    record_.charset = charset;
    record_.html = decode(answer.body, charset);
    record_.truncated = cut_utf8(record_.html, job_.content.max_bytes) || answer.truncated;
    if (is_html(type)) record_.title = read_title(record_.html);
  }

  void fail(const Error& error, Phase phase) {
    record_.error = RecordError{error.code(), phase, error.what(), error.net_error()};
  }

  PageJob job_;
  HttpClient& client_;
  Clock::time_point started_;
  Deadline deadline_;
  Record record_;
};

}  // namespace

Task<Record> fetch_page(PageJob job, HttpClient& client) {
  PageFetch fetch(std::move(job), client);
  co_return co_await fetch.run();
}

}  // namespace cdp
