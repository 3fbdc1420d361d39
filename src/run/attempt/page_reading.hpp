// What is done with an open page: it is waited for, read, drawn.
#pragma once

#include "base/async/deadline.hpp"
#include "run/attempt/phase_clock.hpp"
#include "run/attempt/scrape_page.hpp"
#include <cdp/error.hpp>
#include <cdp/page.hpp>
#include <cdp/record.hpp>
#include <cdp/task.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

namespace cdp {

/// Reads one page, in one attempt, into its URL's record. A page that is not done at its deadline
/// is read as it is.
class PageReading {
 public:
  struct Surroundings {
    /// Whether the script that keeps the page from answering may be another page's.
    std::function<bool()> in_company;
    /// Called before a script is terminated that may be another page's.
    std::function<void()> before_script_is_ended;
    /// There is no further attempt: a document that broke off is read as far as it arrived.
    bool is_last = false;
  };

  struct Times {
    Deadline deadline;
    /// A page that has been given more than its own time has to answer by then, or gets no more.
    std::optional<Deadline> must_answer_by;
  };

  /// @param job, record, clock outlive this
  PageReading(const PageJob& job, Times times, Surroundings surroundings, Record& record,
              PhaseClock& clock)
      : job_(job),
        times_(times),
        surroundings_(std::move(surroundings)),
        record_(record),
        clock_(clock) {}

  /// @throws Error of the navigation, page_hung, output_error, …: what the record's error is to be
  Task<void> read(Page& page);

  /// Whether the page did not answer when it was read at its deadline: it may not even close.
  bool hung() const { return hung_; }

 private:
  Task<void> read_what_is_there(Page& page);
  Task<void> read_broken(Page& page, const Error& late);
  Task<std::optional<Error>> wait(Page& page);
  Task<std::optional<Error>> wait_in_time(Page& page);
  Task<std::optional<Error>> wait_until(Page& page, Deadline deadline);
  Task<bool> answers(Page& page);
  Task<void> rescue(Page& page, const Error& late);
  Task<void> extract_in_time(Page& page);
  Task<std::optional<Error>> try_to_extract(Page& page, std::chrono::milliseconds timeout);
  Task<void> extract(Page& page, std::chrono::milliseconds timeout);
  Task<void> take_pictures(Page& page);
  Task<std::string> keep_picture(Task<std::string> taking, std::string extension);
  Task<void> save_file(Page& page);
  void take_document(Document document);

  const PageJob& job_;
  Times times_;
  Surroundings surroundings_;
  Record& record_;
  PhaseClock& clock_;
  bool hung_ = false;
};

}  // namespace cdp
