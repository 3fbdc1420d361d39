#include "run/attempt/fetch_choice.hpp"

#include "base/ascii.hpp"
#include "base/web/web_url.hpp"
#include "fetch/html_text.hpp"
#include "fetch/media_type.hpp"

#include <charconv>
#include <string>
#include <utility>

namespace cdp {
namespace {

constexpr int forbidden = 403;
constexpr int too_many_requests = 429;
constexpr int unavailable = 503;

FetchDecision::Choice rendered(std::string reason) {
  return {true, false, std::move(reason), ""};
}

FetchDecision::Choice kept(std::string reason) {
  return {false, false, std::move(reason), ""};
}

/// A browser may read what could not be read here; it asks the server once more, in any case.
FetchDecision::Choice choose_for_failure(const FetchedPage& page) {
  const Record& fetched = page.record;
  const errc code = fetched.error->code;
  const bool is_picture =
      code == errc::download && fetched.status < 300 && fetched.content_type.starts_with("image/");
  if (is_picture) return rendered("a picture");
  if (code == errc::connect_error && page.was_answered)
    return rendered("its transfer failed over HTTP");
  // The client's bound for a line of the head is below the browser's.
  if (code == errc::too_large && fetched.status == 0)
    return rendered("the head of the response is too large");
  return kept("it failed");
}

/// XML has scripts and styles that make other documents of it.
FetchDecision::Choice choose_for_other(const Record& fetched) {
  const bool is_xml = fetched.content_type.ends_with("xml");
  if (is_xml && fetched.html.find("<?xml-stylesheet") != std::string::npos)
    return rendered("XML with a style sheet");
  if (is_xml && fetched.html.find("<script") != std::string::npos)
    return rendered("XML with a script");
  return kept("no HTML");
}

}  // namespace

void note_cut(const FetchedPage& page, Record& rendered) {
  const bool has_page = rendered.outcome == RecordOutcome::ok && rendered.file.empty();
  if (page.cut_short.empty() || !has_page || rendered.partial) return;
  rendered.partial = true;
  rendered.wait_ended_by = "broken";
  rendered.pending.push_back(page.cut_short);
}

bool refreshes_soon(std::string_view refresh) {
  constexpr double soon = 3;  // seconds, as for a meta refresh
  const std::string_view text = trimmed(refresh, " \t");
  if (text.empty()) return false;
  double delay = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), delay);
  return error == std::errc() && delay <= soon;
}

FetchDecision::Choice choose_for(FetchDecision& decision, const FetchedPage& page) {
  const Record& fetched = page.record;
  if (fetched.error) return choose_for_failure(page);
  if (fetched.partial) {
    if (fetched.wait_ended_by == "timeout") return kept("its timeout passed");
    return rendered("its transfer failed over HTTP");
  }
  if (refreshes_soon(page.refresh)) return rendered("the header Refresh leads to another page");
  const int status = fetched.status;
  // How servers greet clients that they take for machines, and whom a script would let in.
  if (status == forbidden || status == too_many_requests || status == unavailable)
    return rendered("status " + std::to_string(status));
  if (fetched.charset_guessed) return rendered("its encoding is not declared");
  if (!is_html(fetched.content_type)) return choose_for_other(fetched);
  return decision.choose(origin_of(fetched.final_url), read_html(fetched.html));
}

}  // namespace cdp
