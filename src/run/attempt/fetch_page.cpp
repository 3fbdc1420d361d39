#include "run/attempt/fetch_page.hpp"

#include "base/async/deadline.hpp"
#include "base/system/limits.hpp"
#include "base/text/utf8.hpp"
#include "fetch/charset.hpp"
#include "fetch/html_text.hpp"
#include "fetch/media_type.hpp"
#include "frontier/retry.hpp"
#include "output/file_name.hpp"
#include "output/file_store.hpp"
#include "run/attempt/phase_clock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <limits>
#include <new>
#include <utility>

namespace cdp {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t no_limit = std::numeric_limits<std::size_t>::max();

/// How much of a body must be read to have that much of its text: the encodings that shrink most
/// (UTF-16) shrink to the half.
std::size_t body_limit(std::size_t most_html) {
  return most_html >= no_limit / 2 ? no_limit : 2 * most_html;
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

  Task<FetchedPage> run() {
    bool again = !record_.error;
    while (again) {
      co_await attempt();
      again = should_try_again();
      if (again) co_await await_another_attempt(job_, record_.attempts, deadline_);
    }
    record_.timings.total = Clock::now() - started_;
    co_return FetchedPage{std::move(record_), std::move(refresh_), std::move(cut_short_),
                          was_answered_};
  }

 private:
  bool should_try_again() const {
    return record_.error && may_pass(record_.error->code) && has_attempts() && !is_final_ &&
           !has_passed(deadline_);
  }

  bool has_attempts() const { return record_.attempts <= job_.retries; }

  Task<void> attempt() {
    ++record_.attempts;
    record_.attempt_starts.push_back(Clock::now() - started_);
    record_.error.reset();
    PhaseClock clock(record_.timings);
    clock.enter(Phase::navigate);
    try {
      co_await get(clock);
    } catch (const Error& error) {
      fail(error, clock.phase());
    } catch (const std::bad_alloc&) {
      fail(Error(errc::too_large, "no memory for the page: " + describe_memory_limit()),
           clock.phase());
    } catch (const std::exception& error) {
      fail(Error(errc::internal, error.what()), clock.phase());
    }
    clock.enter(Phase::close);
  }

  Task<void> get(PhaseClock& clock) {
    HttpRequest request;
    request.url = job_.url;
    request.deadline = deadline_;
    request.limits = {body_limit(job_.content.max_bytes), job_.files == nullptr ? 0 : largest_file,
                      job_.max_body};
    request.headers = job_.headers;
    request.on_request = job_.page.on_document_request;
    Task<HttpAnswer> getting = client_.get(std::move(request));
    HttpAnswer answer = co_await std::move(getting);
    if (answer.document.arrived_at != Clock::time_point{})
      clock.enter(Phase::wait, answer.document.arrived_at);
    const Phase failed_in = clock.phase();
    clock.enter(Phase::extract);
    co_await take(std::move(answer), failed_in);
  }

  Task<void> take(HttpAnswer answer, Phase failed_in) {
    Document& document = answer.document;
    record_.final_url = document.url;
    record_.status = document.status;
    record_.content_type = document.content_type;
    record_.retry_after = document.retry_after;
    record_.redirects = std::move(document.redirects);
    refresh_ = std::move(answer.refresh);
    is_final_ = answer.is_final;
    was_answered_ = answer.was_answered;
    cut_short_ = answer.ends_early ? answer.fault->what() : "";
    if (answer.is_file && is_wanted_file(answer)) {
      co_await save(std::move(answer));
      co_return;
    }
    const bool is_part = answer.fault && is_readable_part(answer);
    if (answer.fault && !is_part) {
      fail(*answer.fault, failed_in);
      co_return;
    }
    record_.wait_ended_by = is_part ? ending_of(*answer.fault) : "response";
    if (is_part) record_.pending.push_back(answer.fault->what());
    record_.partial = is_part;
    if (has_document(answer)) take_text(answer);
    record_.outcome = RecordOutcome::ok;
  }

  /// A document whose rest is missing is read as far as it goes, when it is certain that no more of
  /// it can be had.
  bool is_readable_part(const HttpAnswer& answer) const {
    if (!answer.has_beginning || job_.on_timeout != OnTimeout::partial) return false;
    return answer.fault->code() == errc::page_timeout || is_final_ || !has_attempts() ||
           has_passed(deadline_);
  }

  static bool has_document(const HttpAnswer& answer) {
    const int status = answer.document.status;
    constexpr int no_content = 204;
    constexpr int reset_content = 205;
    constexpr int not_modified = 304;
    return answer.has_document && status != no_content && status != reset_content &&
           status != not_modified;
  }

  static const char* ending_of(const Error& fault) {
    return fault.code() == errc::page_timeout ? "timeout" : "broken";
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
    const bool is_part = answer.truncated || answer.fault;
    const std::string_view known = is_part ? whole_characters(answer.body) : answer.body;
    const std::string_view charset = find_charset(known, type, answer.server_charset);
    record_.charset_guessed = is_guess(answer.body, answer.server_charset, charset);
    record_.charset = charset;
    record_.html = decode(answer.body, charset);
    record_.truncated = cut_utf8(record_.html, job_.content.max_bytes) || answer.truncated;
    if (is_html(type)) record_.title = read_title(record_.html);
  }

  /// Nobody says which encoding it is, and it is none of those that can be told by their looks.
  static bool is_guess(std::string_view body, std::string_view server_charset,
                       std::string_view charset) {
    return charset == "windows-1252" && charset_of_label(server_charset).empty() &&
           prescan_charset(body).empty() && !is_ascii(body);
  }

  /// Without the beginning of a character that was cut, should it be UTF-8.
  static std::string_view whole_characters(std::string_view text) {
    constexpr std::size_t longest = 4;
    for (std::size_t left = 1; left < longest && left <= text.size(); ++left) {
      const auto byte = static_cast<unsigned char>(text[text.size() - left]);
      if (byte >= 0xC0) return text.substr(0, text.size() - left);
      if (byte < 0x80) break;
    }
    return text;
  }

  static bool is_ascii(std::string_view text) {
    return std::all_of(text.begin(), text.end(),
                       [](char c) { return static_cast<unsigned char>(c) < 0x80; });
  }

  void fail(const Error& error, Phase phase) {
    record_.error = RecordError{error.code(), phase, error.what(), error.net_error()};
  }

  PageJob job_;
  HttpClient& client_;
  Clock::time_point started_;
  Deadline deadline_;
  Record record_;
  std::string refresh_;
  std::string cut_short_;
  bool was_answered_ = false;
  bool is_final_ = false;  ///< the newest answer: asked again, the server would say the same
};

}  // namespace

Task<FetchedPage> fetch_page(PageJob job, HttpClient& client) {
  PageFetch fetch(std::move(job), client);
  co_return co_await fetch.run();
}

}  // namespace cdp
