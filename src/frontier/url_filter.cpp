#include "frontier/url_filter.hpp"

#include "base/web/url.hpp"
#include "frontier/url_normal_form.hpp"

#include <fmt/format.h>

namespace cdp {

std::optional<UrlFilter::Verdict> UrlFilter::check(const InputUrl& input) {
  if (input.fault) {
    RecordError error{input.fault->code(), Phase::queued, input.fault->what(), {}};
    return Verdict{RecordOutcome::failed, std::move(error)};
  }
  if (const auto fault = find_url_fault(input.url))
    return Verdict{RecordOutcome::failed, {fault->code, Phase::queued, fault->detail, {}}};
  if (duplicates_ == Duplicates::keep) return std::nullopt;
  const auto earlier = seen_.note(normal_form_with_route(input.url), input.seq);
  if (!earlier) return std::nullopt;
  std::string detail = fmt::format("the same URL as that of seq {}", *earlier);
  return Verdict{RecordOutcome::skipped, {errc::duplicate, Phase::queued, std::move(detail), {}}};
}

}  // namespace cdp
