// Records of pages that took some time.
#pragma once

#include <cdp/error.hpp>
#include <cdp/record.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace cdp::test {

/// Of a page that is ok, or failed with a code.
inline Record record_of(std::string url, std::chrono::milliseconds total,
                        std::optional<errc> code) {
  Record record;
  record.url = std::move(url);
  record.attempts = 1;
  record.timings.total = total;
  record.outcome = code ? RecordOutcome::failed : RecordOutcome::ok;
  if (code) record.error = RecordError{*code, Phase::navigate, "why", {}};
  return record;
}

}  // namespace cdp::test
