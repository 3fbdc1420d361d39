// Which URLs of the input need no request.
#pragma once

#include "frontier/seen_urls.hpp"
#include "frontier/url_source.hpp"
#include <cdp/record.hpp>

#include <cstddef>
#include <optional>

namespace cdp {

/// What is decided about a URL before anybody is asked: that its line or the URL is faulty, or that
/// it stood in the input before. No I/O.
class UrlFilter {
 public:
  enum class Duplicates { keep, skip };

  explicit UrlFilter(Duplicates duplicates) : duplicates_(duplicates) {}

  struct Verdict {
    RecordOutcome outcome = RecordOutcome::failed;
    RecordError error;
  };

  /// @return why the URL is not scraped; nothing when it is
  std::optional<Verdict> check(const InputUrl& input);

 private:
  Duplicates duplicates_;
  SeenUrls seen_;
};

}  // namespace cdp
