#include "run/attempt/fetch_decision.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <unordered_map>
#include <vector>

namespace cdp {
namespace {

/// Pages with less text than this and with scripts are waiting for these.
constexpr std::size_t little_text = 200;

constexpr std::size_t most_templates = 10'000;

/// Where frameworks put what they render, by their own documentation and starter projects.
bool is_application_root(const HtmlFacts::EmptyElement& element) {
  constexpr std::array roots = {std::string_view("root"),         std::string_view("app"),
                                std::string_view("__next"),       std::string_view("__nuxt"),
                                std::string_view("__layout"),     std::string_view("___gatsby"),
                                std::string_view("svelte"),       std::string_view("q-app"),
                                std::string_view("app-root"),     std::string_view("react-root"),
                                std::string_view("react-app"),    std::string_view("main-app"),
                                std::string_view("vue-app"),      std::string_view("ember-app"),
                                std::string_view("mount"),        std::string_view("application"),
                                std::string_view("app-container")};
  if (element.tag == "app-root" || element.tag == "main") return true;
  const std::string id = lower(element.id);
  return std::find(roots.begin(), roots.end(), id) != roots.end();
}

std::string name_of(const HtmlFacts::EmptyElement& element) {
  return element.id.empty() ? "<" + element.tag + ">" : "#" + element.id;
}

/// Versions in queries change with every release, not with the kind of page.
std::string_view without_query(std::string_view url) {
  return url.substr(0, url.find_first_of("?#"));
}

std::string template_of(std::string_view origin, const HtmlFacts& facts) {
  std::vector<std::string> parts;
  for (const std::string& url : facts.script_urls)
    parts.emplace_back(without_query(url));
  for (const HtmlFacts::EmptyElement& element : facts.empty_elements)
    parts.push_back(name_of(element));
  std::sort(parts.begin(), parts.end());
  std::string key(origin);
  for (const std::string& part : parts)
    key.append("\n").append(part);
  return key + fmt::format("\n{}", facts.inline_scripts);
}

template <class Use>
void for_each_word(std::string_view text, Use use) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find(' '), text.size());
    if (end > 0) use(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

}  // namespace

Judgement judge(const HtmlFacts& facts) {
  if (facts.refreshes_soon) return {Evidence::needs_scripts, "the page refreshes to another"};
  if (!facts.has_scripts()) return {Evidence::complete, "no scripts"};
  const auto root =
      std::find_if(facts.empty_elements.begin(), facts.empty_elements.end(), is_application_root);
  if (root != facts.empty_elements.end())
    return {Evidence::needs_scripts, "empty application root " + name_of(*root)};
  const bool asks = lower(facts.noscript).find("javascript") != std::string::npos;
  if (facts.text.size() < little_text) {
    if (asks) return {Evidence::needs_scripts, "noscript asks for JavaScript"};
    return {Evidence::needs_scripts,
            fmt::format("scripts, and little text ({} bytes)", facts.text.size())};
  }
  return {Evidence::unsure,
          asks ? "text, scripts, and noscript asks for JavaScript" : "text and scripts"};
}

Verification compare_text(std::string_view fetched, std::string_view rendered) {
  std::unordered_map<std::string_view, std::size_t> there;
  for_each_word(fetched, [&](std::string_view word) { ++there[word]; });
  Verification result;
  for_each_word(rendered, [&](std::string_view word) {
    ++result.words;
    std::size_t& left = there[word];
    if (left == 0) {
      ++result.lost;
    } else {
      --left;
    }
  });
  return result;
}

FetchDecision::Choice FetchDecision::choose(std::string_view origin, const HtmlFacts& facts) {
  Judgement judgement = judge(facts);
  if (judgement.evidence != Evidence::unsure)
    return {judgement.evidence == Evidence::needs_scripts, false, std::move(judgement.reason), ""};
  if (templates_.size() >= most_templates) templates_.clear();
  std::string key = template_of(origin, facts);
  Template& known = templates_[key];
  if (known.lacks_text)
    return {true, false, judgement.reason + "; pages like this lack text over HTTP", key};
  if (known.agreed < samples || ++known.fetched >= check_every) {
    known.fetched = 0;
    return {true, true, judgement.reason + "; rendered to compare", key};
  }
  return {false, false, judgement.reason + "; pages like this have their text over HTTP", key};
}

void FetchDecision::learn(const std::string& template_key, const Verification& verification) {
  if (template_key.empty()) return;
  Template& known = templates_[template_key];
  if (verification.is_loss()) {
    known.lacks_text = true;
  } else {
    ++known.agreed;
  }
}

}  // namespace cdp
