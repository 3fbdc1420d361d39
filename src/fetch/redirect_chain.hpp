// The URLs that one fetch goes through.
#pragma once

#include "base/web/web_url.hpp"
#include <cdp/document.hpp>
#include <cdp/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// The URL as a browser would ask for it (URL Standard). Meant for URLs that `find_url_fault` lets
/// pass.
std::string tidy_url(std::string_view url);

/// Why nobody is asked at the URL's port, where that is so.
std::optional<Error> port_fault(std::string_view url);

/// Whether a status sends the client elsewhere, when there is a Location header.
bool is_redirect(int status);

/// Follows redirects, as far as they may be followed. No I/O.
class RedirectChain {
 public:
  static constexpr std::size_t most_redirects = 20;  ///< as Chromium

  explicit RedirectChain(std::string_view url)
      : url_(tidy_url(url)), first_origin_(origin_of(url_)) {}

  /// The URL to ask next.
  const std::string& url() const { return url_; }

  /// Whether what the user confided to the first URL may be told to this one.
  bool is_at_first_origin() const { return origin_of(url_) == first_origin_; }

  /// The current URL has led on. One that names no fragment keeps that of the URL before.
  /// @param location as the server wrote it: relative to the current URL, or absolute
  /// @return why it must not be followed
  std::optional<Error> follow(int status, std::string_view location);

  const std::vector<Redirect>& redirects() const { return redirects_; }

 private:
  std::string url_;
  std::string first_origin_;
  std::vector<Redirect> redirects_;
};

}  // namespace cdp
