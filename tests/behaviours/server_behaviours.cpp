#include "server_behaviours.hpp"

#include "support/pages/packed.hpp"

namespace cdp::test {
namespace {

const std::string page = "<!DOCTYPE html><title>t</title><p>hello</p>";

/// More than fits into one piece of anything.
std::string long_text() {
  std::string text = page;
  for (int i = 0; i < 5000; ++i)
    text += std::to_string(i * 7919L % 1000003) + " ";
  return text;
}

struct Answer {
  std::string status = "200 OK";
  std::string type = "text/html";  ///< `-`: no such header
  std::string headers{};
  std::string body = page;
  long length = -1;  ///< that the head claims; -1: the true one, -2: none
};

std::string bytes_of(const Answer& answer) {
  std::string bytes = "HTTP/1.1 " + answer.status + "\r\n";
  if (answer.type != "-") bytes += "Content-Type: " + answer.type + "\r\n";
  bytes += answer.headers;
  const long length = answer.length == -1 ? static_cast<long>(answer.body.size()) : answer.length;
  if (length >= 0) bytes += "Content-Length: " + std::to_string(length) + "\r\n";
  return bytes + "Connection: close\r\n\r\n" + answer.body;
}

std::string coded(const std::string& coding, const std::string& body) {
  return bytes_of({.headers = "Content-Encoding: " + coding + "\r\n", .body = body});
}

std::string typed(const std::string& type, const std::string& body = page) {
  return bytes_of({.type = type, .body = body});
}

std::string moved(const std::string& location, const std::string& more = "", long length = -1) {
  return bytes_of({.status = "302 Found",
                   .headers = "Location: " + location + "\r\n" + more,
                   .body = "moved",
                   .length = length});
}

std::string with_status(const std::string& status) {
  return bytes_of({.status = status});
}

Outcome failed(std::string code, int status = 0, std::string type = "") {
  return {.code = std::move(code), .status = status, .type = std::move(type)};
}

Outcome ends_at(std::string path) {
  return {.path = std::move(path)};
}

Outcome shows(int status, std::string type = "text/html") {
  return {.status = status, .type = std::move(type)};
}

const Outcome part = {.partial = true};

using Table = std::vector<ServerBehaviour>;

Table codings() {
  const std::string whole = packed(page);
  const std::string large = packed(long_text());
  std::string corrupt = large;
  for (std::size_t i = corrupt.size() / 2; i < corrupt.size() / 2 + 50; ++i)
    corrupt[i] = static_cast<char>(~corrupt[i]);
  const std::string is_told = "Chromium does not say that a packed body ended early";
  return {
      {"plain", bytes_of({})},
      {"gzip", coded("gzip", whole)},
      {"gzip-capitals", coded("GZIP", whole)},
      {"x-gzip", coded("x-gzip", whole)},
      {"gzip-twice", coded("gzip, gzip", packed(whole))},
      {"gzip-zeros", coded("gzip", whole + std::string(50, '\0'))},
      {"gzip-junk", coded("gzip", whole + "junk")},
      {"gzip-members", coded("gzip", whole + packed("<p>second"))},
      {"gzip-sum", coded("gzip", whole.substr(0, whole.size() - 8) + "01234567")},
      {"gzip-plain", coded("gzip", page), failed("connect_error", 200, "text/html")},
      {"gzip-cut", coded("gzip", large.substr(0, large.size() / 2)), part, is_told, {}},
      {"gzip-no-end", coded("gzip", whole.substr(0, whole.size() - 8)), part, is_told, {}},
      {"gzip-corrupt", coded("gzip", corrupt), part},
      {"deflate", coded("deflate", packed(page, Packed::zlib))},
      {"deflate-raw", coded("deflate", packed(page, Packed::raw))},
      {"coding-utf8", coded("UTF-8", page)},
      {"coding-8bit", coded("8bit", page)},
      {"coding-type", coded("text/html", page)},
      {"coding-aws", coded("aws-chunked", page)},
      {"coding-identity", coded("identity", page)},
      {"coding-none", coded("none", page)},
  };
}

Table types() {
  const std::string more = "over HTTP more kinds of XML are text";
  return {
      {"type-star", typed("*/*")},
      {"type-unknown", typed("unknown/unknown")},
      {"type-unknown-2", typed("application/unknown")},
      {"type-no-slash", typed("text")},
      {"type-missing", typed("-")},
      {"type-empty", typed("")},
      {"type-capitals", typed("TEXT/HTML;Charset=UTF-8")},
      {"type-words", typed("-", "just words"), shows(200, "text/plain")},
      {"type-tag", typed("-", "<foo>x</foo>"), shows(200, "text/plain")},
      {"type-plain", typed("text/plain"), shows(200, "text/plain")},
      {"type-css", typed("text/css"), shows(200, "text/css")},
      {"type-json", typed("application/json", "{}"), shows(200, "application/json")},
      {"type-binary", typed("text/plain", std::string("\0\1\2\3abc", 7)),
       failed("download", 200, "application/octet-stream")},
      {"type-octets", typed("application/octet-stream"),
       failed("download", 200, "application/octet-stream")},
      {"type-odd", typed("foo/bar"), failed("download", 200, "foo/bar")},
      {"type-rdf", typed("application/rdf+xml", "<a/>"), shows(200, "application/rdf+xml"), more,
       failed("download", 200, "application/rdf+xml")},
      {"attachment", bytes_of({.headers = "content-disposition: ATTACHMENT; filename=x\r\n"}),
       failed("download", 200, "text/html")},
      {"inline", bytes_of({.headers = "Content-Disposition: inline; filename=x\r\n"})},
  };
}

Table bodies() {
  const auto length = static_cast<long>(page.size());
  const std::string chunked = "Transfer-Encoding: chunked\r\n";
  return {
      {"length-long", bytes_of({.length = length + 100}), part},
      {"length-short", bytes_of({.length = length - 5})},
      {"length-none", bytes_of({.length = -2})},
      {"lengths", bytes_of({.headers = "Content-Length: 5\r\n"}), failed("connect_error")},
      {"length-odd",
       bytes_of({.headers = "Content-Length: abc\r\n", .length = -2}),
       failed("connect_error"),
       "libcurl takes no length that is none",
       {}},
      {"chunk-cut", bytes_of({.headers = chunked, .body = "40\r\n" + page, .length = -2}), part},
      {"chunks",
       bytes_of({.headers = chunked, .body = "2b\r\n" + page + "\r\n0\r\n\r\n", .length = -2})},
      {"empty", bytes_of({.body = ""})},
  };
}

Table statuses() {
  const std::string attached = "Content-Disposition: attachment; filename=x\r\n";
  const std::string unasked = "Chromium gives up an answer 304 that it did not ask for";
  const Outcome not_modified = shows(304);
  Table table = {
      {"no-content", bytes_of({.status = "204 No Content", .body = "", .length = -2}), shows(204)},
      {"reset-content", bytes_of({.status = "205 Reset Content", .body = ""}), shows(205)},
      {"not-modified", bytes_of({.status = "304 Not Modified", .body = "", .length = -2}),
       not_modified, unasked, failed("connect_error")},
      {"404-attached", bytes_of({.status = "404 Not Found", .headers = attached}), shows(404)},
      {"404-octets", bytes_of({.status = "404 Not Found", .type = "application/octet-stream"}),
       shows(404, "application/octet-stream")},
      {"500-zip", bytes_of({.status = "500 X", .type = "application/zip"}),
       shows(500, "application/zip")},
      {"404-empty", bytes_of({.status = "404 Not Found", .body = ""}), shows(404)},
      {"redirect-nowhere", with_status("302 Found"), shows(302)},
      {"407", with_status("407 Proxy Authentication Required"), shows(407),
       "for Chromium, a server that speaks as a proxy is no server", failed("connect_error")},
      {"000",
       with_status("000 X"),
       failed("connect_error"),
       "Chromium shows it, without a status",
       {.status = 0}},
      {"101", with_status("101 Switching Protocols"), failed("connect_error")},
  };
  for (const char* status : {"201", "206", "300", "400", "401", "402", "403", "404", "410", "418",
                             "451", "500", "501", "502", "504", "600", "999"}) {
    table.push_back({"status-" + std::string(status), with_status(std::string(status) + " X"),
                     shows(std::stoi(status))});
  }
  return table;
}

Table redirects() {
  const std::string where = "the browser says where it was sent";
  const Outcome blocked = failed("blocked_scheme");
  const auto sent_to = [](std::string code, std::string url) {
    Outcome outcome = failed(std::move(code));
    outcome.path = std::move(url);
    return outcome;
  };
  return {
      {"to-path", moved("/plain"), ends_at("plain")},
      {"to-name", moved("plain?1"), ends_at("plain?1")},
      {"to-dots", moved("/a/../plain?2"), ends_at("plain?2")},
      {"to-coded-dots", moved("/a/%2e%2E/plain?3"), ends_at("plain?3")},
      {"to-backslash", moved("\\plain?4"), ends_at("plain?4")},
      {"to-scheme-path", moved("http:/plain?5"), ends_at("plain?5")},
      {"to-scheme-name", moved("http:plain?6"), ends_at("plain?6")},
      {"to-tab", moved("/pl\tain?7"), ends_at("plain?7")},
      {"to-blanks", moved("  /plain?8  "), ends_at("plain?8")},
      {"to-latin", moved("/plain?\xE9"), ends_at("plain?%E9")},
      {"to-utf8", moved("/plain?\xC3\xA9"), ends_at("plain?%C3%A9")},
      {"to-blank", moved("/plain?a b"), ends_at("plain?a%20b")},
      {"to-part", moved("/plain?9#part"), ends_at("plain?9#part")},
      {"to-app", moved("myapp:x"), blocked, where, sent_to("blocked_scheme", "myapp:x")},
      {"to-mail", moved("mailto:a@b.c"), blocked, where, sent_to("blocked_scheme", "mailto:a@b.c")},
      {"to-data", moved("data:text/html,x"), blocked},
      {"to-file", moved("file:///etc/passwd"), blocked},
      {"to-bad-port", moved("http://127.0.0.1:22/"),
       sent_to("blocked_address", "http://127.0.0.1:22/")},
      {"to-no-port", moved("http://127.0.0.1:99999/"), failed("invalid_url")},
      {"to-two", moved("/plain", "Location: /other\r\n"), failed("connect_error")},
      {"moved-short", moved("/plain?10", "", 1000), ends_at("plain?10")},
      {"moved-gzip", moved("/plain?11", "Content-Encoding: gzip\r\n"), ends_at("plain?11")},
      {"moved-chunked", moved("/plain?12", "Transfer-Encoding: chunked\r\n", -2),
       ends_at("plain?12")},
  };
}

Table heads() {
  const auto many = [](int count) {
    std::string headers;
    for (int i = 0; i < count; ++i)
      headers += "X-" + std::to_string(i) + ": " + std::string(1000, 'x') + "\r\n";
    return headers;
  };
  const std::string is_strict = "libcurl is stricter about the head";
  return {
      {"banner", "SSH-2.0-OpenSSH_9.2\r\n", failed("connect_error")},
      {"http-0.9", page, failed("connect_error")},
      {"nothing", "", failed("connect_error")},
      {"http-1.0", "HTTP/1.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + page},
      {"line-feeds", "HTTP/1.1 200 OK\nContent-Type: text/html\n\n" + page},
      {"calls-itself-2", "HTTP/2.0 200 OK\r\nContent-Type: text/html\r\n\r\n" + page},
      {"no-reason", "HTTP/1.1 200\r\nContent-Type: text/html\r\n\r\n" + page},
      {"continue", "HTTP/1.1 100 Continue\r\n\r\n" + bytes_of({})},
      {"early-hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n" + bytes_of({})},
      {"folded", bytes_of({.headers = "X-A: b\r\n c\r\n"})},
      {"no-colon", bytes_of({.headers = "nonsense\r\n"}), failed("connect_error"), is_strict, {}},
      {"head-150k", bytes_of({.headers = many(150)})},
      {"head-1m", bytes_of({.headers = many(1000)}), failed("too_large")},
      {"line-200k",
       bytes_of({.headers = "X: " + std::string(200'000, 'x') + "\r\n"}),
       failed("too_large"),
       is_strict,
       {}},
  };
}

}  // namespace

std::vector<ServerBehaviour> server_behaviours() {
  Table all;
  for (const Table& table : {codings(), types(), bodies(), statuses(), redirects(), heads()})
    all.insert(all.end(), table.begin(), table.end());
  return all;
}

}  // namespace cdp::test
