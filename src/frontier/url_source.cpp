#include "frontier/url_source.hpp"

#include "base/ascii.hpp"
#include "frontier/fetch_rules.hpp"
#include "frontier/request_header.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <cstring>
#include <utility>

namespace cdp {
namespace {

/// Longer than the longest URL, so that one of those is told from no URL at all; bounds what one
/// line costs.
constexpr std::size_t longest_line = std::size_t{4} << 20;

std::string_view trimmed(std::string_view line) {
  return cdp::trimmed(line, " \t\r");
}

std::optional<WaitUntil> parse_wait(const std::string& name) {
  if (name == "load") return WaitUntil::load;
  if (name == "domcontentloaded") return WaitUntil::domcontentloaded;
  if (name == "networkidle") return WaitUntil::networkidle;
  if (name == "auto") return WaitUntil::automatic;
  return std::nullopt;
}

InputUrl faulty(std::string_view line, const std::string& reason) {
  constexpr std::size_t longest_echo = 200;
  InputUrl input;
  input.url = std::string(line.substr(0, longest_echo));
  input.fault.emplace(errc::invalid_url, reason);
  return input;
}

/// What a line holds besides a URL. It could be asked for as it is, and the server would say that
/// it has no such page.
std::string find_line_fault(std::string_view line, LineForm form) {
  constexpr const char* remedy = "write one URL per line, or a JSON object";
  if (line.find('<') != line.npos) return fmt::format("there is markup in the line; {}", remedy);
  if (line.front() == '[') return fmt::format("the line begins a JSON array; {}", remedy);
  const std::size_t scheme = line.find("://");
  if (scheme == line.npos) return {};
  if (line.find_first_of(" \t") != line.npos) {
    return fmt::format("the line is more than a URL (a blank in a URL is written %20); {}", remedy);
  }
  // A comma may well be a part of a path; between two URLs, after quotes or in a table it is not.
  const std::size_t separator = line.find_first_of(",;|");
  const std::size_t query = line.find_first_of("?#");
  const bool separates = separator < query && line.find("://", separator) != line.npos;
  const bool is_row = form == LineForm::row && separator != line.npos;
  if (separates || is_row || line.front() == '"')
    return fmt::format("the line is more than a URL; is this CSV? {}", remedy);
  return {};
}

/// Keeps the order of members: that of `data` is the user's.
using json = nlohmann::ordered_json;

/// Reads `{"Name": "value"}`. @return what is wrong with it; empty: nothing
std::string read_headers(const json& object, std::vector<Header>& headers) {
  constexpr const char* other = "\"headers\" is not an object of names and strings";
  if (!object.is_object()) return other;
  for (const auto& [name, value] : object.items()) {
    if (!value.is_string()) return other;
    Header header{name, value.get<std::string>()};
    std::string fault = find_header_fault(header);
    if (!fault.empty()) return "\"headers\": " + fault;
    set_header(headers, std::move(header));
  }
  return {};
}

/// A member that is misspelt must not be overlooked.
std::optional<std::string> unknown_member(const json& object) {
  constexpr std::array known = {"url",     "timeout",       "wait",  "fetch",
                                "headers", "wait_selector", "delay", "data"};
  for (const auto& [name, value] : object.items())
    if (std::find(known.begin(), known.end(), name) == known.end()) return name;
  return std::nullopt;
}

/// Reads what a page has to reach, and how. @return what is wrong with it; empty: nothing
std::string read_conditions(const json& object, InputUrl& input) {
  if (const auto timeout = object.find("timeout"); timeout != object.end()) {
    const double seconds = timeout->is_number() ? timeout->get<double>() : 0;
    if (seconds <= 0) return "\"timeout\" is not a number of seconds above 0";
    input.timeout = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1000));
  }
  if (const auto wait = object.find("wait"); wait != object.end()) {
    input.wait_until = wait->is_string() ? parse_wait(wait->get<std::string>()) : std::nullopt;
    if (!input.wait_until)
      return "\"wait\" is not one of load, domcontentloaded, networkidle, auto";
  }
  if (const auto selector = object.find("wait_selector"); selector != object.end()) {
    if (!selector->is_string()) return "\"wait_selector\" is not a string";
    input.wait_selector = selector->get<std::string>();
  }
  if (const auto delay = object.find("delay"); delay != object.end()) {
    constexpr double longest = 24.0 * 3600 * 1000;
    const double span = delay->is_number() ? delay->get<double>() : -1;
    if (span < 0 || span > longest) return "\"delay\" is not a number of milliseconds";
    input.delay = std::chrono::milliseconds(static_cast<std::int64_t>(span));
  }
  return {};
}

/// Reads how a page is asked for, and what is to be kept with it. @return as above
std::string read_request(const json& object, InputUrl& input) {
  if (const auto fetch = object.find("fetch"); fetch != object.end()) {
    input.fetch = fetch->is_string() ? parse_fetch_mode(fetch->get<std::string>()) : std::nullopt;
    if (!input.fetch) return "\"fetch\" is not one of browser, http, auto";
  }
  if (const auto headers = object.find("headers"); headers != object.end()) {
    std::string fault = read_headers(*headers, input.headers);
    if (!fault.empty()) return fault;
  }
  if (const auto data = object.find("data"); data != object.end()) input.data = data->dump();
  return {};
}

InputUrl read_object(std::string_view line, const json& object) {
  const auto url = object.find("url");
  if (url == object.end() || !url->is_string()) return faulty(line, "the JSON line has no \"url\"");
  if (const auto unknown = unknown_member(object)) {
    return faulty(
        line,
        fmt::format("\"{}\" is not an option of a URL; put your own data into \"data\"", *unknown));
  }
  InputUrl input;
  input.url = url->get<std::string>();
  std::string fault = read_conditions(object, input);
  if (fault.empty()) fault = read_request(object, input);
  return fault.empty() ? std::move(input) : faulty(line, fault);
}

class ListSource final : public UrlSource {
 public:
  explicit ListSource(std::vector<std::string> urls) : urls_(std::move(urls)) {}

  Task<std::optional<InputUrl>> next() override {
    if (position_ == urls_.size()) co_return std::nullopt;
    InputUrl input;
    input.seq = position_;
    input.url = urls_[position_++];
    co_return input;
  }

  void close() override { position_ = urls_.size(); }
  std::optional<std::size_t> size() const override { return urls_.size(); }
  std::size_t given() const override { return position_; }

 private:
  std::vector<std::string> urls_;
  std::size_t position_ = 0;
};

bool is_table_name(const std::string& name) {
  const std::string lower_name = lower(name);
  return lower_name.ends_with(".csv") || lower_name.ends_with(".tsv");
}

/// `url,title`
bool is_heading(std::string_view line) {
  return line.find("://") == line.npos && line.find_first_of(",;\t") != line.npos &&
         trimmed(line).front() != '{' && trimmed(line).front() != '#';
}

class FileSource final : public UrlSource {
 public:
  FileSource(const boost::asio::any_io_executor& executor, UniqueFd file, std::string name)
      : name_(std::move(name)),
        form_(is_table_name(name_) ? LineForm::row : LineForm::url),
        is_regular_(is_regular_file(file.get())),
        input_(executor),
        file_(std::move(file)) {
    if (!is_regular_) input_.assign(file_.release());
  }

  Task<std::optional<InputUrl>> next() override {
    for (;;) {
      while (std::optional<std::string> line = take_line()) {
        ++lines_;
        std::optional<InputUrl> input = parse_input_line(*line, form_);
        if (lines_ == 1 && is_heading(*line)) form_ = LineForm::row;
        if (!input) continue;
        input->line = lines_;
        input->seq = given_++;
        co_return input;
      }
      if (ended_) co_return std::nullopt;
      co_await read_more();
    }
  }

  void close() override {
    ended_ = true;
    buffer_.clear();
    start_ = 0;
    boost::system::error_code ignored;
    input_.cancel(ignored);
  }

  std::optional<std::size_t> size() const override {
    if (!is_read_to_its_end()) return std::nullopt;
    return given_;
  }

  /// As if the rest of the file was like its beginning.
  std::optional<std::size_t> estimated_size() const override {
    if (is_read_to_its_end()) return given_;
    const std::uint64_t used = bytes_ - (buffer_.size() - start_);
    struct stat status {};
    if (!is_regular_ || used == 0 || ::fstat(file_.get(), &status) != 0) return std::nullopt;
    const double share = static_cast<double>(status.st_size) / static_cast<double>(used);
    return static_cast<std::size_t>(std::max(1.0, share) * static_cast<double>(given_));
  }

  std::size_t given() const override { return given_; }

 private:
  bool is_read_to_its_end() const { return ended_ && start_ == buffer_.size(); }

  static bool is_regular_file(int fd) {
    struct stat status {};
    return ::fstat(fd, &status) == 0 && S_ISREG(status.st_mode);
  }

  std::optional<std::string> take_line() {
    std::size_t end = buffer_.find('\n', start_);
    if (skipping_) {
      start_ = end == std::string::npos ? buffer_.size() : end + 1;
      skipping_ = end == std::string::npos;
      if (skipping_) return std::nullopt;
      end = buffer_.find('\n', start_);
    }
    if (end != std::string::npos) return cut_line(end, end + 1);
    const std::size_t rest = buffer_.size() - start_;
    skipping_ = rest >= longest_line;
    if (skipping_ || (ended_ && rest > 0)) return cut_line(buffer_.size(), buffer_.size());
    return std::nullopt;
  }

  std::string cut_line(std::size_t end, std::size_t next) {
    std::string line = buffer_.substr(start_, end - start_);
    start_ = next;
    return line;
  }

  /// A regular file is always readable, and cannot be waited for; a pipe is waited for, then read,
  /// so that it need not be made non-blocking: others may share it.
  Task<void> read_more() {
    if (!is_regular_) {
      constexpr auto token = boost::asio::as_tuple(boost::asio::use_awaitable);
      co_await input_.async_wait(boost::asio::posix::stream_descriptor::wait_read, token);
      if (ended_) co_return;
    }
    buffer_.erase(0, std::exchange(start_, 0));
    char chunk[1 << 14];
    const ssize_t count =
        ::read(is_regular_ ? file_.get() : input_.native_handle(), chunk, sizeof chunk);
    if (count < 0 && errno != EINTR && errno != EAGAIN) {
      throw Error(errc::input_error,
                  fmt::format("cannot read {}: {}", name_, std::strerror(errno)));
    }
    if (count == 0) ended_ = true;
    if (count > 0) buffer_.append(chunk, static_cast<std::size_t>(count));
    if (count > 0) bytes_ += static_cast<std::uint64_t>(count);
  }

  std::string name_;
  LineForm form_;
  bool is_regular_;
  boost::asio::posix::stream_descriptor input_;  ///< of what is no regular file
  UniqueFd file_;                                ///< of what is
  std::string buffer_;
  std::size_t start_ = 0;    ///< of the first line not yet taken
  std::uint64_t bytes_ = 0;  ///< read so far
  std::size_t lines_ = 0;    ///< taken so far
  std::size_t given_ = 0;
  bool ended_ = false;
  bool skipping_ = false;  ///< what follows belongs to a line that was too long, and has been taken
};

class JoinedSource final : public UrlSource {
 public:
  explicit JoinedSource(std::vector<std::unique_ptr<UrlSource>> sources)
      : sources_(std::move(sources)) {}

  Task<std::optional<InputUrl>> next() override {
    for (; current_ < sources_.size(); ++current_) {
      std::optional<InputUrl> input = co_await sources_[current_]->next();
      if (!input) continue;
      input->seq = given_++;
      co_return input;
    }
    co_return std::nullopt;
  }

  void close() override {
    for (const auto& source : sources_)
      source->close();
  }

  std::optional<std::size_t> size() const override {
    return sum([](const UrlSource& source) { return source.size(); });
  }

  std::optional<std::size_t> estimated_size() const override {
    return sum([](const UrlSource& source) { return source.estimated_size(); });
  }

  std::size_t given() const override { return given_; }

 private:
  template <class Size>
  std::optional<std::size_t> sum(Size size_of) const {
    std::size_t total = 0;
    for (const auto& source : sources_) {
      const std::optional<std::size_t> size = size_of(*source);
      if (!size) return std::nullopt;
      total += *size;
    }
    return total;
  }

  std::vector<std::unique_ptr<UrlSource>> sources_;
  std::size_t current_ = 0;
  std::size_t given_ = 0;
};

}  // namespace

std::optional<InputUrl> parse_input_line(std::string_view line, LineForm form) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (line.starts_with(byte_order_mark)) line.remove_prefix(byte_order_mark.size());
  line = trimmed(line);
  if (line.empty() || line.front() == '#') return std::nullopt;
  if (line.front() != '{') {
    const std::string fault = find_line_fault(line, form);
    if (!fault.empty()) return faulty(line, fault);
    InputUrl input;
    input.url = std::string(line);
    return input;
  }
  const json object = json::parse(line, nullptr, false);
  if (object.is_discarded()) return faulty(line, "the line starts with { but is not JSON");
  return read_object(line, object);
}

std::unique_ptr<UrlSource> make_list_source(std::vector<std::string> urls) {
  return std::make_unique<ListSource>(std::move(urls));
}

std::unique_ptr<UrlSource> make_file_source(const boost::asio::any_io_executor& executor,
                                            const std::string& path) {
  const bool is_stdin = path == "-";
  UniqueFd file(is_stdin ? ::fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
                         : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat status {};
  const bool readable = file && ::fstat(file.get(), &status) == 0;
  if (!readable || S_ISDIR(status.st_mode)) {
    throw Error(errc::input_error,
                fmt::format("cannot read {}: {}", is_stdin ? "the standard input" : path,
                            readable ? "it is a directory" : std::strerror(errno)));
  }
  return std::make_unique<FileSource>(executor, std::move(file),
                                      is_stdin ? "the standard input" : path);
}

std::unique_ptr<UrlSource> make_joined_source(std::vector<std::unique_ptr<UrlSource>> sources) {
  return std::make_unique<JoinedSource>(std::move(sources));
}

}  // namespace cdp
