// Domain HeadlessExperimental:
// https://chromedevtools.github.io/devtools-protocol/tot/HeadlessExperimental/
#pragma once

#include "protocol/field.hpp"

namespace cdp::protocol::headless_experimental {

struct BeginFrame {
  static constexpr std::string_view method = "HeadlessExperimental.beginFrame";
  struct Result {
    bool has_damage = false;
    static constexpr auto fields() { return std::tuple(field("hasDamage", &Result::has_damage)); }
  };
  static constexpr auto fields() { return std::tuple(); }
};

}  // namespace cdp::protocol::headless_experimental
