// What servers do, and what both ways of fetching make of it.
#pragma once

#include "support/server/test_server.hpp"

#include <string>
#include <vector>

namespace cdp::test {

/// What a record says, as far as both ways have to agree. Codes and types that there are none of
/// are empty, statuses 0.
struct Outcome {
  std::string code{};  ///< of the error; empty: the page is ok
  int status = 200;
  std::string type = "text/html";
  bool partial = false;
  std::string path{};  ///< of `final_url`, without its first slash; empty: that of the URL

  bool operator==(const Outcome&) const = default;
};

struct ServerBehaviour {
  std::string name;   ///< and its path
  std::string bytes;  ///< of the answer, as they are
  Outcome outcome{};
  std::string difference{};  ///< why the browser says something else; empty: it says the same
  Outcome in_browser{};      ///< what, where there is a difference
};

std::vector<ServerBehaviour> server_behaviours();

}  // namespace cdp::test
