#include "base/web/redact.hpp"

#include "base/ascii.hpp"
#include "base/web/url.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>
#include <vector>

namespace cdp {
namespace {

constexpr std::string_view mask = "***";

/// `a=1&token=2`, without the mark in front of it.
std::string redacted_parameters(std::string_view text) {
  std::string safe;
  for (;;) {
    const std::size_t end = std::min(text.find_first_of("&;?"), text.size());
    const std::string_view parameter = text.substr(0, end);
    const std::size_t sign = parameter.find('=');
    const bool secret = sign != parameter.npos && sign + 1 < parameter.size() &&
                        names_secret(parameter.substr(0, sign));
    safe += secret ? std::string(parameter.substr(0, sign + 1)).append(mask) : parameter;
    if (end == text.size()) return safe;
    safe += text[end];
    text.remove_prefix(end + 1);
  }
}

/// What follows `scheme://`.
std::string redacted_rest(std::string_view rest) {
  const std::size_t path = std::min(rest.find_first_of("/\\?#"), rest.size());
  const std::size_t at = rest.substr(0, path).rfind('@');
  std::string safe;
  if (at != rest.npos && at < path) {
    safe = mask;
    safe += rest.substr(at, path - at);
  } else {
    safe = rest.substr(0, path);
  }
  rest.remove_prefix(path);
  while (!rest.empty()) {
    const std::size_t mark = std::min(rest.find_first_of("?#"), rest.size());
    safe += rest.substr(0, mark);
    if (mark == rest.size()) break;
    const std::size_t end = rest[mark] == '#' ? rest.size() : std::min(rest.find('#'), rest.size());
    safe += rest[mark];
    safe += redacted_parameters(rest.substr(mark + 1, end - mark - 1));
    rest.remove_prefix(end);
  }
  return safe;
}

/// Where a URL in a text ends: at a space, a control character, a quote or an angle bracket; and
/// before the punctuation of the sentence it stands in.
std::size_t end_of_url(std::string_view text, std::size_t start) {
  std::size_t end = start;
  while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ' &&
         std::string_view("\"'<>`").find(text[end]) == std::string_view::npos)
    ++end;
  while (end > start && std::string_view(":,.)").find(text[end - 1]) != std::string_view::npos)
    --end;
  return end;
}

/// Where the `://` of the next URL is.
std::optional<std::size_t> find_url(std::string_view text) {
  for (std::size_t at = text.find("://"); at != text.npos; at = text.find("://", at + 1)) {
    if (at > 0 && is_alphanumeric(text[at - 1])) return at;
  }
  return std::nullopt;
}

/// Reads a message from token to token, and copies it but for the secrets.
class MessageRedactor {
 public:
  explicit MessageRedactor(std::string_view json) : rest_(json) {}

  std::string redact() {
    while (!rest_.empty()) {
      const char c = rest_.front();
      if (c == '"') {
        take_string();
      } else {
        if (c == '{' || c == '[') containers_.push_back(std::exchange(name_, {}));
        if ((c == '}' || c == ']') && !containers_.empty()) containers_.pop_back();
        if (c == ',') name_ = {};
        copy(1);
      }
    }
    return std::move(safe_);
  }

 private:
  void copy(std::size_t count) {
    safe_ += rest_.substr(0, count);
    rest_.remove_prefix(count);
  }

  /// A name, when a colon follows; otherwise a value.
  void take_string() {
    std::size_t end = 1;
    while (end < rest_.size() && rest_[end] != '"')
      end += rest_[end] == '\\' ? 2 : 1;
    end = std::min(end, rest_.size());
    const bool is_whole = end < rest_.size();
    const std::string_view text = rest_.substr(1, end - 1);
    if (is_whole && rest_.substr(end + 1).starts_with(':')) {
      name_ = text;
      copy(end + 2);
    } else if (text.empty() || !is_secret()) {
      copy(std::min(end + 1, rest_.size()));
    } else {
      safe_ += '"';
      safe_ += mask;
      rest_.remove_prefix(end);
      if (is_whole) copy(1);
    }
  }

  bool is_secret() const {
    constexpr std::array always = {"urlFragment", "headersText", "requestHeadersText", "postData",
                                   "username",    "bytes",       "rawCookieLine"};
    if (name_ == "sessionId") return false;  // a target's, and of no use outside
    if (std::find(always.begin(), always.end(), name_) != always.end()) return true;
    if (is_inside("eaders")) return name_ != "name";
    if (is_inside("ookies")) return name_ == "value";
    return names_secret(name_);
  }

  /// @param ending of the name of a container: `headers` and `requestHeaders` alike
  bool is_inside(std::string_view ending) const {
    return std::any_of(containers_.begin(), containers_.end(),
                       [&](std::string_view name) { return name.ends_with(ending); });
  }

  std::string_view rest_;
  std::string_view name_;                     ///< of the member whose value comes next
  std::vector<std::string_view> containers_;  ///< names of what is open, from the outside in
  std::string safe_;
};

}  // namespace

/// `X-Amz-Signature`, `apiKey` and `access_token` are names of secrets, `keyword` and `postcode`
/// are not: short words must be words of the name, long ones may stand anywhere in it.
bool names_secret(std::string_view name) {
  constexpr std::array anywhere = {"token",      "secret", "passw",     "signature", "session",
                                   "credential", "apikey", "accesskey", "jwt",       "sessid"};
  constexpr std::array words = {"key",           "keys", "sig", "pass", "pwd", "auth", "oauth",
                                "authorization", "code", "sid", "hmac", "otp", "login"};
  const std::string decoded = percent_decoded(name);
  std::string whole;
  std::string word;
  bool found = false;
  const auto end_word = [&] {
    found = found || std::find(words.begin(), words.end(), word) != words.end();
    word.clear();
  };
  char before = 0;
  for (const char c : decoded) {
    const bool starts_word = lower(c) != c && is_letter(before) && lower(before) == before;
    if (starts_word || !is_alphanumeric(c)) end_word();
    if (is_alphanumeric(c)) word += lower(c);
    whole += lower(c);
    before = c;
  }
  end_word();
  return found || std::any_of(anywhere.begin(), anywhere.end(), [&](const char* part) {
           return whole.find(part) != std::string::npos;
         });
}

std::string redacted_message(std::string_view json) {
  return MessageRedactor(json).redact();
}

std::string redacted(std::string_view text) {
  std::string safe;
  for (auto mark = find_url(text); mark; mark = find_url(text)) {
    const std::size_t start = *mark + 3;
    const std::size_t end = end_of_url(text, start);
    safe += text.substr(0, start);
    safe += redacted_rest(text.substr(start, end - start));
    text.remove_prefix(end);
  }
  safe += text;
  return safe;
}

}  // namespace cdp
