#include "run/record_verdict.hpp"

#include "fetch/html_text.hpp"
#include "output/record_line.hpp"
#include "run/attempt/fetch_decision.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace cdp {

void judge_status(Record& record, const std::vector<StatusRange>& failures) {
  const auto holds = [&](const StatusRange& range) {
    return record.status >= range.first && record.status <= range.last;
  };
  if (record.error || std::none_of(failures.begin(), failures.end(), holds)) return;
  record.outcome = RecordOutcome::failed;
  record.error = RecordError{
      errc::http_status, Phase::navigate, "status " + std::to_string(record.status), {}};
  record.html.clear();
  record.long_html.reset();
}

bool is_to_be_verified(double percent, const Record& record) {
  if (record.error || record.partial || !record.file.empty() || percent <= 0) return false;
  const auto upto = [percent](std::size_t count) {
    return static_cast<std::size_t>(static_cast<double>(count) * percent / 100.0);
  };
  return upto(record.seq + 1) > upto(record.seq);
}

Verification compare_records(const Record& fetched, const Record& rendered) {
  return compare_text(read_html(fetched.html).text, read_html(text_of(rendered)).text);
}

}  // namespace cdp
