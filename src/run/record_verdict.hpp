// What a run decides about a finished record.
#pragma once

#include <cdp/record.hpp>
#include <cdp/scrape.hpp>

#include <vector>

namespace cdp {

/// A status is data, unless `--fail-status` makes it a failure.
void judge_status(Record& record, const std::vector<StatusRange>& failures);

/// Whether a page that was fetched over HTTP is rendered as well, to be compared: so many of a
/// hundred, evenly spread, the same in every run over the same list.
bool is_to_be_verified(double percent, const Record& record);

/// What the document over HTTP lacks of the rendered one.
Verification compare_records(const Record& fetched, const Record& rendered);

}  // namespace cdp
