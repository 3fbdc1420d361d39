#include "base/system/user_change.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <string_view>
#include <vector>

namespace cdp {
namespace {

struct Right {
  unsigned bit;
  std::string_view name;
};

/// To hand over the directory, to look into and remove what the browser makes there, to end it, and
/// to become its user.
constexpr std::array rights = {
    Right{CAP_CHOWN, "CAP_CHOWN"}, Right{CAP_DAC_OVERRIDE, "CAP_DAC_OVERRIDE"},
    Right{CAP_KILL, "CAP_KILL"}, Right{CAP_SETGID, "CAP_SETGID"}, Right{CAP_SETUID, "CAP_SETUID"}};

std::optional<std::uint64_t> effective_capabilities() {
  constexpr unsigned bits_of_word = 32;
  __user_cap_header_struct header{_LINUX_CAPABILITY_VERSION_3, 0};
  std::array<__user_cap_data_struct, 2> words{};
  if (::syscall(SYS_capget, &header, words.data()) != 0) return std::nullopt;
  return words[0].effective | std::uint64_t{words[1].effective} << bits_of_word;
}

}  // namespace

Error cannot_change_user(uid_t user, const std::string& reason) {
  return Error(errc::sandbox_unavailable,
               fmt::format("Chromium's sandbox does not work for root, and the browser cannot be "
                           "started as user {} ({}): run cdp-scrape as an ordinary user (docker "
                           "run --user 1000), let root have CAP_CHOWN, CAP_DAC_OVERRIDE, CAP_KILL, "
                           "CAP_SETGID and CAP_SETUID, or give up the sandbox with --no-sandbox",
                           user, reason));
}

std::optional<Error> judge_rights(std::uint64_t effective, uid_t user) {
  std::vector<std::string_view> missing;
  for (const Right& right : rights) {
    if ((effective >> right.bit & 1U) == 0) missing.push_back(right.name);
  }
  if (missing.empty()) return std::nullopt;
  return cannot_change_user(user, fmt::format("root has no {} here", fmt::join(missing, ", ")));
}

std::optional<Error> find_missing_right(uid_t user) {
  const auto effective = effective_capabilities();
  return effective ? judge_rights(*effective, user) : std::nullopt;
}

}  // namespace cdp
