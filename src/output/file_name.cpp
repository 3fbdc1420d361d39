#include "output/file_name.hpp"

#include "base/ascii.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cdp {
namespace {

constexpr std::size_t longest_hint = 80;
constexpr std::size_t longest_extension = 10;

/// Host, path and query of a URL, with a dash for everything that file systems or shells might take
/// for something else.
std::string readable_part(std::string_view url) {
  if (const std::size_t scheme = url.find("://"); scheme != url.npos) url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('#'));
  // User and password must not get into file names.
  if (const std::size_t user = url.substr(0, url.find('/')).rfind('@'); user != url.npos)
    url.remove_prefix(user + 1);
  std::string text;
  for (const char c : url) {
    if (text.size() == longest_hint) break;
    if (is_alphanumeric(c) || (c == '.' && !text.empty() && text.back() != '.') || c == '_') {
      text += c;
    } else if (!text.empty() && text.back() != '-') {
      text += '-';
    }
  }
  while (!text.empty() && !is_alphanumeric(text.back()))
    text.pop_back();
  return text;
}

}  // namespace

std::string file_name_of(std::size_t seq, std::string_view url, std::string_view extension) {
  std::string hint = readable_part(url);
  if (hint.ends_with(extension)) hint.resize(hint.size() - extension.size());
  return fmt::format("{:07}{}{}{}", seq, hint.empty() ? "" : "-", hint, extension);
}

std::string extension_of(std::string_view name) {
  const std::size_t dot = name.rfind('.');
  if (dot == name.npos || dot == 0) return {};
  const std::string_view extension = name.substr(dot);
  const bool plausible = extension.size() > 1 && extension.size() <= longest_extension &&
                         std::all_of(extension.begin() + 1, extension.end(), is_alphanumeric);
  return plausible ? std::string(extension) : std::string();
}

}  // namespace cdp
