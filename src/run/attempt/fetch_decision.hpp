// Whether a page that was fetched over HTTP has to be rendered as well.
#pragma once

#include "fetch/html_text.hpp"
#include <cdp/record.hpp>

#include <cstddef>
#include <map>
#include <string>
#include <string_view>

namespace cdp {

enum class Evidence {
  complete,      ///< nothing can change the page: it has no scripts
  unsure,        ///< it has text, and scripts that may add more
  needs_scripts  ///< scripts make the page
};

struct Judgement {
  Evidence evidence = Evidence::unsure;
  std::string reason;  ///< one line for people
};

/// What the document itself says.
Judgement judge(const HtmlFacts& facts);

/// How much of the rendered page's text the fetched one lacks. Words are counted, not placed.
Verification compare_text(std::string_view fetched, std::string_view rendered);

/// Decides page by page, and learns. No I/O.
///
/// Where a page itself leaves the question open, its template decides: pages of one origin with the
/// same scripts and the same empty elements. The first pages of a template are rendered, too; when
/// they had all their text before, the others are not rendered any more, but for one now and then;
/// when one lacked some, all others are.
class FetchDecision {
 public:
  struct Choice {
    bool render = false;
    bool sample = false;  ///< rendered to learn: tell `learn` what came of it
    std::string reason;
    std::string template_key;  ///< for `learn`; empty: there is nothing to learn
  };

  /// @param origin of the page
  Choice choose(std::string_view origin, const HtmlFacts& facts);

  /// What a page of the template lacked over HTTP.
  void learn(const std::string& template_key, const Verification& verification);

  static constexpr int samples = 2;        ///< that must agree before a template is trusted
  static constexpr int check_every = 100;  ///< pages of a trusted template

 private:
  struct Template {
    int agreed = 0;
    int fetched = 0;  ///< since the last sample
    bool lacks_text = false;
  };

  /// origin, scripts and empty elements → what is known; from the first page on. Forgotten all
  /// together when there are too many: then they are learnt again.
  std::map<std::string, Template, std::less<>> templates_;
};

}  // namespace cdp
