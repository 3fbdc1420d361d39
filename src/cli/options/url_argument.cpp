#include "cli/options/url_argument.hpp"

#include "base/ascii.hpp"
#include "cli/options/suggestion.hpp"

#include <fmt/format.h>

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

namespace cdp::cli {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_host_char(char c) {
  return is_alphanumeric(c) || static_cast<unsigned char>(c) >= 0x80 || c == '-' || c == '.' ||
         c == '_';
}

/// `127.0.0.1`, `[::1]`
bool is_ip_address(std::string_view host) {
  if (host.starts_with('[')) return host.ends_with(']');
  return std::all_of(host.begin(), host.end(), [](char c) { return is_digit(c) || c == '.'; }) &&
         std::count(host.begin(), host.end(), '.') == 3;
}

bool is_local_name(std::string_view host) {
  return host == "localhost" || host.ends_with(".localhost");
}

struct Authority {
  std::string_view host;
  std::string_view port;  ///< empty: none
};

/// What stands before the path, when that is a host and perhaps a port.
std::optional<Authority> authority_of(std::string_view text) {
  text = text.substr(0, text.find_first_of("/?#"));
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == text.npos) return std::nullopt;
  const std::size_t colon = std::min(text.find(':', bracket), text.size());
  const Authority authority{text.substr(0, colon), text.substr(std::min(colon + 1, text.size()))};
  const bool named =
      bracket > 0 ||
      (!authority.host.empty() && authority.host.front() != '.' && authority.host.front() != '-' &&
       std::all_of(authority.host.begin(), authority.host.end(), is_host_char));
  constexpr std::size_t longest_port = 5;
  const bool numbered =
      colon == text.size() || (!authority.port.empty() && authority.port.size() <= longest_port &&
                               std::all_of(authority.port.begin(), authority.port.end(), is_digit));
  if (!named || !numbered) return std::nullopt;
  return authority;
}

bool is_file(const std::string& path) {
  struct stat status {};
  return ::stat(path.c_str(), &status) == 0 &&
         (S_ISREG(status.st_mode) || S_ISFIFO(status.st_mode));
}

/// A command with a letter too many, or one too few.
std::string nearest_command(const std::string& text) {
  for (const char* command : {"demo", "doctor", "completion", "man", "help"}) {
    constexpr std::size_t shortest = 4;  // "map" is as near to "man" as any word of three letters
    if (text.size() >= shortest && edit_distance(text, command) == 1) return command;
  }
  return {};
}

}  // namespace

std::string with_scheme(const std::string& text) {
  if (text.find("://") < text.find_first_of("/?#")) return text;
  const auto authority = authority_of(text);
  if (!authority) return text;
  const auto& [host, port] = *authority;
  const bool is_address =
      host.find('.') != host.npos || !port.empty() || is_local_name(host) || is_ip_address(host);
  if (!is_address) return text;
  const bool plain = is_local_name(host) || is_ip_address(host) || (!port.empty() && port != "443");
  return (plain ? "http://" : "https://") + text;
}

std::string read_url_arguments(Arguments& arguments) {
  std::vector<std::string> urls;
  for (const std::string& text : arguments.urls) {
    if (text == "-") {
      if (!arguments.input.empty() && arguments.input != "-")
        return fmt::format("both '-' and -i {} name an input", arguments.input);
      arguments.input = "-";
      continue;
    }
    if (text.find("://") == std::string::npos && is_file(text))
      return fmt::format("'{}' is a file; use -i {}", text, text);
    if (const std::string command = nearest_command(text); !command.empty())
      return fmt::format("unknown command '{}'; did you mean {}?", text, command);
    if (const auto blank = text.find_first_of(" \t\n"), next = text.find("://", blank);
        blank != text.npos && blank > 0 && next != text.npos)
      return fmt::format("'{}' is more than a URL: give each as an argument of its own", text);
    std::string url = with_scheme(text);
    if (url != text)
      arguments.notices.push_back({LogLevel::info, fmt::format("'{}' is read as {}", text, url)});
    urls.push_back(std::move(url));
  }
  arguments.urls = std::move(urls);
  return {};
}

}  // namespace cdp::cli
