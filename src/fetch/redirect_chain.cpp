#include "fetch/redirect_chain.hpp"

#include "base/web/url.hpp"
#include "base/web/web_url.hpp"

#include <fmt/format.h>

#include <utility>

namespace cdp {

std::string tidy_url(std::string_view url) {
  const auto parsed = parse_web_url(url);
  return parsed ? parsed->text() : std::string(url);
}

bool is_redirect(int status) {
  return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
}

std::optional<Error> port_fault(std::string_view url) {
  const auto parsed = parse_web_url(url);
  if (!parsed || !parsed->is_web() || !is_bad_port(parsed->port_number())) return std::nullopt;
  return Error(errc::blocked_address,
               fmt::format("{}: browsers block port {}", shortened(url), parsed->port_number()));
}

std::optional<Error> RedirectChain::follow(int status, std::string_view location) {
  redirects_.push_back({url_, status});
  if (redirects_.size() > most_redirects) {
    return Error(errc::too_many_redirects,
                 fmt::format("{}: redirected more than {} times", shortened(url_), most_redirects));
  }
  const auto refuse = [&](errc code, std::string_view why) {
    return Error(code,
                 fmt::format("{} redirects to {}: {}", shortened(url_), shortened(location), why));
  };
  const auto base = parse_web_url(url_);
  auto next = parse_web_url(location, base ? &*base : nullptr);
  if (!next) return refuse(errc::invalid_url, "that is not a URL");
  if (!next->is_web()) return refuse(errc::blocked_scheme, "only http: and https: are followed");
  if (!next->fragment && base) next->fragment = base->fragment;
  url_ = next->text();
  return std::nullopt;
}

}  // namespace cdp
