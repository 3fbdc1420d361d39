// What we use of the protocol, against the description the running browser gives of itself.
#include "protocol/registry.hpp"
#include "support/chromium/browser_test.hpp"
#include "support/server/http_get.hpp"

#include <map>

namespace cdp::test {
namespace {

using protocol::Used;
using protocol::UsedKind;

/// The members of a list of properties or parameters; not whether they may be missing.
std::vector<std::string> names_in(const json& entry, const char* list) {
  std::vector<std::string> names;
  if (!entry.contains(list)) return names;
  for (const json& member : entry[list])
    names.push_back(member["name"]);
  return names;
}

/// The browser's description by kind and `Domain.name`.
class Description {
 public:
  explicit Description(const json& protocol) {
    for (const json& domain : protocol["domains"]) {
      add(domain, "commands", "name", UsedKind::command);
      add(domain, "events", "name", UsedKind::event);
      add(domain, "types", "id", UsedKind::type);
    }
  }

  const json* find(UsedKind kind, std::string_view name) const {
    const auto found = entries_.find({kind, std::string(name)});
    return found == entries_.end() ? nullptr : &found->second;
  }

 private:
  void add(const json& domain, const char* list, const char* key, UsedKind kind) {
    if (!domain.contains(list)) return;
    const std::string prefix = domain["domain"].get<std::string>() + ".";
    for (const json& entry : domain[list])
      entries_.emplace(std::pair(kind, prefix + entry[key].get<std::string>()), entry);
  }

  std::map<std::pair<UsedKind, std::string>, json> entries_;
};

void expect_members(const Used& used, const std::vector<std::string_view>& wanted,
                    const std::vector<std::string>& there) {
  for (const std::string_view name : wanted)
    EXPECT_THAT(there, ::testing::Contains(name)) << "a member of " << used.name;
}

class ProtocolTest : public BrowserTest {};

TEST_F(ProtocolTest, everything_in_use_is_known_to_the_browser) {
  with_browser([this](Browser&) -> Task<void> {
    const Description description(json::parse(http_get(endpoint().port, "/json/protocol")));
    const std::vector<Used> all = protocol::used_protocol();
    EXPECT_GT(all.size(), 30U);
    for (const Used& used : all) {
      const json* entry = description.find(used.kind, used.name);
      EXPECT_NE(entry, nullptr) << used.name << " is unknown to the browser";
      if (entry == nullptr) continue;
      const char* members = used.kind == UsedKind::type ? "properties" : "parameters";
      expect_members(used, used.members, names_in(*entry, members));
      expect_members(used, used.results, names_in(*entry, "returns"));
      // Deprecated, and still the only notice of a refresh to come; and of a file, on its page's
      // own session.
      const bool has_successor = used.name != "Page.frameScheduledNavigation" &&
                                 used.name != "Page.frameClearedScheduledNavigation" &&
                                 used.name != "Page.downloadWillBegin";
      EXPECT_FALSE(has_successor && entry->value("deprecated", false))
          << used.name << " is deprecated";
    }
    co_return;
  });
}

/// What the description marks as required, we must send.
TEST_F(ProtocolTest, required_parameters_are_sent) {
  with_browser([this](Browser&) -> Task<void> {
    const Description description(json::parse(http_get(endpoint().port, "/json/protocol")));
    for (const Used& used : protocol::used_protocol()) {
      const json* entry = description.find(used.kind, used.name);
      if (used.kind != UsedKind::command || entry == nullptr || !entry->contains("parameters"))
        continue;
      for (const json& parameter : (*entry)["parameters"]) {
        if (parameter.value("optional", false)) continue;
        EXPECT_THAT(used.members, ::testing::Contains(parameter["name"].get<std::string>()))
            << used.name;
      }
    }
    co_return;
  });
}

}  // namespace
}  // namespace cdp::test
