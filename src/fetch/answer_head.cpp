#include "fetch/answer_head.hpp"

#include "base/ascii.hpp"
#include "fetch/redirect_chain.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace cdp {
namespace {

constexpr int first_final_status = 200;
constexpr int switching_protocols = 101;

std::string_view without_blanks(std::string_view text) {
  return trimmed(text, " \t\r\n");
}

/// The number of `HTTP/1.1 200 OK`; 0 where there is none.
int status_of(std::string_view line) {
  const std::size_t blank = line.find(' ');
  if (blank == line.npos) return 0;
  const std::string_view rest = without_blanks(line.substr(blank));
  int status = 0;
  std::from_chars(rest.data(), rest.data() + rest.size(), status);
  return status;
}

}  // namespace

bool AnswerHead::take(std::string_view line) {
  const bool begins = line.starts_with("HTTP/");
  const bool is_trailer = complete_ && !begins;  // comes behind the body, and says nothing of it
  if (begins) begin(line);
  bytes_ += line.size();
  if (bytes_ > most_bytes)
    return refuse(errc::too_large,
                  fmt::format("the head of the response has more than {} bytes", most_bytes));
  if (status_ < 100 || status_ == switching_protocols)
    return refuse(errc::connect_error, fmt::format("a response with status {:03}", status_));
  if (interim_answers_ > most_interim_answers) {
    return refuse(errc::connect_error,
                  fmt::format("more than {} interim responses", most_interim_answers));
  }
  if (is_trailer) return true;
  if (without_blanks(line).empty()) complete_ = status_ >= first_final_status;
  if (const std::size_t colon = line.find(':'); colon != line.npos)
    take_header(line.substr(0, colon), without_blanks(line.substr(colon + 1)));
  if (is_ambiguous_) return refuse(errc::connect_error, "two headers that contradict each other");
  return true;
}

void AnswerHead::begin(std::string_view status_line) {
  const int interim_answers = interim_answers_;
  *this = AnswerHead();
  status_ = status_of(status_line);
  interim_answers_ = interim_answers + (status_ < first_final_status ? 1 : 0);
}

bool AnswerHead::refuse(errc code, std::string detail) {
  complete_ = false;
  fault_.emplace(code, std::move(detail));
  return false;
}

void AnswerHead::take_header(std::string_view name, std::string_view value) {
  const auto is_named = [name](std::string_view other) { return equal_ignoring_case(name, other); };
  if (is_named("Content-Type")) {
    content_type_ = value;
  } else if (is_named("Content-Disposition")) {
    content_disposition_ = value;
  } else if (is_named("Content-Encoding")) {
    content_encoding_.append(content_encoding_.empty() ? "" : ",").append(value);
  } else if (is_named("Location")) {
    take_once(location_, value);
  } else if (is_named("Content-Length")) {
    take_once(content_length_, value);
  } else if (is_named("Retry-After")) {
    retry_after_ = value;
  } else if (is_named("Refresh")) {
    refresh_ = value;
  }
}

/// What of two values holds is a question that an attacker would like to answer.
void AnswerHead::take_once(std::string& place, std::string_view value) {
  is_ambiguous_ = is_ambiguous_ || (!place.empty() && place != value);
  place = value;
}

bool AnswerHead::is_redirect() const {
  return complete_ && cdp::is_redirect(status_) && !location_.empty();
}

}  // namespace cdp
