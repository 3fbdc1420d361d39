#include "run/attempt/page_reading.hpp"

#include "base/log.hpp"
#include "browser/content.hpp"
#include "browser/readiness.hpp"
#include "output/file_name.hpp"
#include "output/file_store.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace cdp {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

/// The serialised form of an empty document: nothing arrived.
constexpr std::string_view empty_document = "<html><head></head><body></body></html>";

/// Whether a page was stopped because it repeats something for ever (redirects, dialogs); its
/// document is there.
bool goes_on_for_ever(errc code) {
  return code == errc::too_many_redirects || code == errc::dialog_loop;
}

bool has_arrived(const Document& document) {
  return document.arrived_at != Clock::time_point{};
}

}  // namespace

Task<void> PageReading::read(Page& page) {
  std::optional<Error> late = co_await wait(page);
  page.stop_loading();  // what is read is what was waited for
  take_document(page.document());
  clock_.enter(Phase::extract);
  if (late && goes_on_for_ever(late->code())) {
    co_await read_what_is_there(page);
    throw *late;
  }
  if (late && !is_timeout(late->code())) {
    co_await read_broken(page, *late);
  } else if (late) {
    record_.partial = true;
    co_await rescue(page, *late);
  } else if (record_.wait_ended_by == "script_terminated") {
    record_.partial = true;
    co_await extract(page, std::max(remaining(times_.deadline), job_.overtime.rescue));
  } else if (record_.file.empty() && has_arrived(page.document())) {
    co_await extract_in_time(page);
  }
  if (job_.pictures != nullptr && record_.file.empty()) co_await take_pictures(page);
  if (page.credentials_refused()) throw Error(errc::auth_required, page.login_fault());
  record_.outcome = RecordOutcome::ok;
}

/// The page failed in a way that does not keep it from being read. It may still be stopping: then a
/// second try finds it idle.
Task<void> PageReading::read_what_is_there(Page& page) {
  constexpr int tries = 3;
  for (int i = 0; i < tries && !record_.partial; ++i) {
    try {
      co_await extract(page, job_.overtime.rescue / tries);
      record_.partial = true;
    } catch (const Error& error) {
      // There may be nothing to read; then the page's own failure counts.
      write_log(job_.log, LogLevel::debug, "{}: cannot read the unfinished page: {}", job_.url,
                error.what());
    }
  }
}

/// A document whose connection broke, as far as it arrived.
Task<void> PageReading::read_broken(Page& page, const Error& late) {
  record_.partial = true;
  record_.wait_ended_by = "broken";
  record_.pending.emplace_back(late.what());
  co_await extract(page, std::max(remaining(times_.deadline), job_.overtime.rescue));
  if (record_.html_bytes() > 0 && record_.html != empty_document) co_return;
  record_.html.clear();
  record_.partial = false;
  throw late;
}

/// @return the fault of a page whose document is there and may be read anyway
Task<std::optional<Error>> PageReading::wait(Page& page) {
  std::optional<Error> failure = co_await wait_in_time(page);
  const Document document = page.document();
  if (failure) record_.pending = document.pending;
  if (failure && failure->code() == errc::download && job_.files != nullptr) {
    take_document(document);
    co_await save_file(page);
    co_return std::nullopt;
  }
  const bool arrived = has_arrived(document);
  if (arrived) clock_.enter(Phase::wait, document.arrived_at);
  if (!failure) co_return std::nullopt;
  take_document(document);
  const bool is_broken = failure->code() == errc::connect_error && surroundings_.is_last;
  const bool readable =
      goes_on_for_ever(failure->code()) ||
      ((is_timeout(failure->code()) || is_broken) && job_.on_timeout == OnTimeout::partial);
  if (!readable || !arrived) throw *failure;
  co_return failure;
}

Task<std::optional<Error>> PageReading::wait_in_time(Page& page) {
  if (!times_.must_answer_by) co_return co_await wait_until(page, times_.deadline);
  std::optional<Error> failure = co_await wait_until(page, *times_.must_answer_by);
  const bool is_late =
      failure && (failure->code() == errc::nav_timeout || is_timeout(failure->code()));
  if (!is_late) co_return failure;
  const bool goes_on = failure->code() == errc::nav_timeout || co_await answers(page);
  if (goes_on) failure = co_await wait_until(page, times_.deadline);
  co_return failure;
}

Task<std::optional<Error>> PageReading::wait_until(Page& page, Deadline deadline) {
  NavigateOptions options;
  options.wait = job_.wait;
  options.timeout = std::max(remaining(deadline), 1ms);
  std::optional<Error> failure;
  try {
    Document document = co_await page.loaded(options);
    record_.wait_ended_by = std::move(document.ended_by);
    record_.pending = std::move(document.pending);
  } catch (const Error& error) {
    failure = error;
  }
  co_return failure;
}

Task<bool> PageReading::answers(Page& page) {
  Session session = page.session();
  nlohmann::json nothing = nlohmann::json::object();
  std::string question = "Runtime.getHeapUsage";
  bool answered = false;
  try {
    co_await session.call(std::move(question), std::move(nothing), job_.overtime.rescue / 2);
    answered = true;
  } catch (const Error&) {
    // It does not, or has ended: reading it will show that.
  }
  co_return answered;
}

/// Reads a page that is not done. Pending navigations are given up, because between two documents a
/// page answers nothing. If the page does not answer, a script may block it, and is terminated; in
/// a shared process that may be another page's, which would never know.
Task<void> PageReading::rescue(Page& page, const Error& late) {
  record_.wait_ended_by = "timeout";
  record_.pending.push_back(late.what());
  const auto span = job_.overtime.rescue / 2;
  const bool was_loaded = page.document().ended_by == "load";
  page.stop_loading();
  std::optional<Error> failure = co_await try_to_extract(page, span);
  if (!failure) co_return;
  const bool in_company = surroundings_.in_company();
  if (in_company) surroundings_.before_script_is_ended();
  page.terminate_script();
  failure = co_await try_to_extract(page, span);
  if (!failure && was_loaded && !in_company) record_.wait_ended_by = "script_terminated";
  if (!failure) co_return;
  hung_ = true;
  throw Error(errc::page_hung, "the page does not answer, even after its script was terminated");
}

/// Reads a page that is done. One that no longer answers is treated like one that was never done.
Task<void> PageReading::extract_in_time(Page& page) {
  const std::optional<Error> failure =
      co_await try_to_extract(page, std::max(remaining(times_.deadline), 1ms));
  if (!failure) co_return;
  record_.partial = true;
  co_await rescue(page, *failure);
}

/// @return why the page did not answer
Task<std::optional<Error>> PageReading::try_to_extract(Page& page,
                                                       std::chrono::milliseconds timeout) {
  std::optional<Error> failure;
  try {
    co_await extract(page, timeout);
  } catch (const Error& error) {
    failure = error;
  }
  if (failure && failure->code() != errc::protocol_timeout) throw *failure;
  co_return failure;
}

Task<void> PageReading::extract(Page& page, std::chrono::milliseconds timeout) {
  DocumentText text = co_await capture_long(page, job_.content, timeout);
  take_document(page.document());  // of what was read, should that have changed
  record_.final_url = std::move(text.about.url);
  record_.title = std::move(text.about.title);
  record_.charset = std::move(text.about.charset);
  record_.truncated = text.about.truncated;
  record_.html.clear();
  record_.long_html.reset();
  if (text.html.is_in_file()) {
    record_.long_html = std::make_shared<const LongText>(std::move(text.html));
  } else {
    record_.html = std::move(text.html).text();
  }
}

/// A page that cannot be drawn or printed is read anyway: the record says why there is no picture.
Task<void> PageReading::take_pictures(Page& page) {
  const auto limit = std::max(remaining(times_.deadline), job_.overtime.rescue);
  ScreenshotOptions screenshot;
  PdfOptions pdf;
  screenshot.timeout = limit;
  pdf.timeout = limit;
  if (job_.screenshot) {
    Task<std::string> picture = page.screenshot(screenshot);
    std::string ending = ".png";
    record_.screenshot_file = co_await keep_picture(std::move(picture), std::move(ending));
  }
  if (job_.pdf) {
    Task<std::string> picture = page.pdf(pdf);
    std::string ending = ".pdf";
    record_.pdf_file = co_await keep_picture(std::move(picture), std::move(ending));
  }
}

/// @return the file's name; empty when there is none
Task<std::string> PageReading::keep_picture(Task<std::string> taking, std::string extension) {
  std::string name = file_name_of(job_.seq, job_.url, extension);
  try {
    std::string content = co_await std::move(taking);
    co_await job_.pictures->write(name, std::move(content));
    co_return name;
  } catch (const Error& error) {
    if (error.code() == errc::output_error || error.code() == errc::browser_crashed) throw;
    record_.pending.push_back(extension + ": " + error.what());
  }
  co_return std::string();
}

/// The URL is a file, not a page.
Task<void> PageReading::save_file(Page& page) {
  const auto limit = std::max(remaining(times_.deadline), 1ms);
  const Download download = co_await page.download(largest_file, limit);
  std::string name =
      file_name_of(job_.seq, record_.final_url, extension_of(download.suggested_name));
  Task<std::string> taking = job_.files->take(std::move(name), download.path);
  record_.file = co_await std::move(taking);
  record_.file_bytes = download.bytes;
  record_.wait_ended_by = "file";
}

void PageReading::take_document(Document document) {
  record_.final_url = std::move(document.url);
  record_.status = document.status;
  record_.content_type = std::move(document.content_type);
  record_.retry_after = std::move(document.retry_after);
  record_.redirects = std::move(document.redirects);
  record_.not_followed = std::move(document.not_followed);
}

}  // namespace cdp
