// What became of one URL.
#pragma once

#include <cdp/document.hpp>
#include <cdp/error.hpp>
#include <cdp/options.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

class LongText;

/// Where in the life of a page something happened.
enum class Phase { queued, open, navigate, wait, extract, close };

std::string_view to_string(Phase phase) noexcept;

enum class RecordOutcome {
  ok,      ///< there is HTML
  failed,  ///< there is an error
  skipped  ///< not asked for, by a rule of the run; the error says which
};

std::string_view to_string(RecordOutcome outcome) noexcept;

struct RecordError {
  errc code = errc::internal;
  Phase phase = Phase::queued;
  std::string detail;     ///< one line for people; may hold text of the page or server
  std::string net_error;  ///< Chromium's name of a network error, such as ERR_NAME_NOT_RESOLVED
};

/// Where the time went. A phase that was not reached is zero.
struct Timings {
  using Span = std::chrono::steady_clock::duration;
  Span queued{};    ///< read, but not begun; no part of the total
  Span open{};      ///< until the browser had made the page
  Span navigate{};  ///< until the document arrived
  Span wait{};      ///< until it was held to be done
  Span extract{};   ///< until its HTML was here
  Span close{};
  Span total{};
};

/// What the text of a page that was fetched over HTTP lacks, compared with the rendered page.
struct Verification {
  std::size_t words = 0;  ///< of the rendered page
  std::size_t lost = 0;   ///< of them, not in the page over HTTP

  /// More than one word in a hundred. Pages tell the time, and count their readers.
  bool is_loss() const { return lost * 100 > words; }
};

/// The result of one URL of the input. docs/record.md describes its JSON.
struct Record {
  std::size_t seq = 0;  ///< position in the input, from 0
  std::string url;      ///< as given
  std::string final_url;
  RecordOutcome outcome = RecordOutcome::failed;
  std::optional<RecordError> error;
  int status = 0;  ///< HTTP status of the final document; 0: none. 400 and above are no errors
  std::string retry_after;  ///< the header Retry-After of its answer, as sent; empty: none
  std::vector<Redirect> redirects;
  std::vector<NotFollowed> not_followed;  ///< where the page wanted to go besides
  std::string content_type;
  std::string charset;           ///< the encoding the document came in; `html` is UTF-8
  bool charset_guessed = false;  ///< over HTTP: nobody says which, so `html` may not be readable
  std::string title;
  std::string html;

  /// The HTML of a long page while the program's own run keeps it out of memory; `html` is empty
  /// then. Null in what `scrape` returns.
  std::shared_ptr<const LongText> long_html;

  std::string screenshot_file;  ///< names in the directory for pictures; empty: there is none
  std::string pdf_file;
  std::string file;            ///< where the file was saved that the URL is, instead of a page
  std::size_t file_bytes = 0;  ///< its size
  bool partial = false;        ///< the page was not done when it was read
  bool truncated = false;      ///< `html` was cut at the run's limit
  FetchMode fetch = FetchMode::browser;      ///< how `html` was got: browser or http
  std::string fetch_reason;                  ///< why so, when `automatic` decided; else empty
  std::optional<Verification> verification;  ///< for the pages that the run has rendered again
  std::string wait_ended_by;                 ///< the condition that held the page to be done
  std::vector<std::string> pending;          ///< what was still open then
  int attempts = 0;
  std::vector<Timings::Span> attempt_starts;  ///< when each of them began, from `started_at` on
  int worker = -1;  ///< which of the run's places it had, from 0 to concurrency - 1
  int dialogs = 0;
  std::vector<std::string> popups;  ///< URLs of the windows it opened; they were closed
  Timings timings;
  std::chrono::system_clock::time_point started_at;
  std::string browser;  ///< product and version
  std::string data;     ///< what the input said to keep with the URL, as JSON text; empty: nothing

  /// Whether `html` is of use: the page is ok, or failed by something that it repeats, and was read
  /// as far as it had got.
  bool has_html() const { return (outcome == RecordOutcome::ok || partial) && file.empty(); }

  /// The size of the HTML, wherever it is.
  std::size_t html_bytes() const;
};

/// The record as one line of JSON (schema version 1), without the line's end. Bytes that are not
/// UTF-8 become U+FFFD.
std::string to_json_line(Record record);

}  // namespace cdp
