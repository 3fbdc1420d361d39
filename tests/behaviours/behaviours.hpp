// Pages that behave in every way there is, and the record each must lead to.
#pragma once

#include "support/server/test_server.hpp"

#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace cdp::test {

/// What a record must say. Members that are left out are not looked at.
struct Expected {
  std::optional<std::string> outcome = "ok";
  std::optional<std::string> code{};
  std::optional<int> status{};
  std::optional<std::string> ended_by{};
  std::optional<bool> partial{};
  std::optional<std::string> final_path{};  ///< path and query of `final_url`
  std::optional<std::size_t> redirects{};
  std::optional<std::string> content_type{};
  std::optional<std::string> charset{};
  std::optional<int> dialogs{};
  std::optional<std::size_t> popups{};
  std::optional<int> attempts{};
  std::vector<std::string> html{};            ///< texts its HTML must hold
  std::vector<std::string> no_html{};         ///< texts it must not
  std::vector<std::string> pending{};         ///< texts that what was open must hold
  std::optional<std::string> not_followed{};  ///< `why` of what it must list, and nothing else
};

struct Behaviour {
  std::string name;
  std::string url;  ///< a path of the server, or a whole URL
  Expected expected;
  bool fails_later = false;  ///< what it fails by may come after its load event
};

/// Behaviours that are scraped in one run, with the same options.
struct BehaviourGroup {
  std::vector<std::string> options;
  std::vector<Behaviour> behaviours;
};

/// Those whose pages are never done.
BehaviourGroup endless_behaviours();
/// Those that do one thing very often.
BehaviourGroup flood_behaviours();
/// Those of pages that take builtins away, or are done late. Adds their pages.
std::vector<BehaviourGroup> readiness_behaviours(TestServer& server);
/// Pages that go somewhere, or want to.
std::vector<BehaviourGroup> navigation_behaviours(TestServer& server);

/// All of them. Adds the pages that the server does not have.
std::vector<BehaviourGroup> all_behaviours(TestServer& server);

}  // namespace cdp::test
