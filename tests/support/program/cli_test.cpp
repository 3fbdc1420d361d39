#include "cli_test.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

namespace cdp::test {

std::string program_path() {
  return CDP_SCRAPE_PROGRAM;
}

std::string example_path(std::string_view name) {
  return CDP_SCRAPE_EXAMPLES "/example-" + std::string(name);
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    lines.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return lines;
}

std::vector<Json> parse_lines(std::string_view text) {
  std::vector<Json> values;
  for (const std::string& line : split_lines(text)) {
    values.push_back(Json::parse(line, nullptr, false));
    EXPECT_FALSE(values.back().is_discarded()) << "no JSON: " << line.substr(0, 200);
  }
  return values;
}

std::vector<Json> column(const std::vector<Json>& records, const std::string& name) {
  std::vector<Json> values;
  for (const Json& record : records)
    values.push_back(record.value(name, Json()));
  return values;
}

std::vector<Json> error_codes(const std::vector<Json>& records) {
  std::vector<Json> codes;
  for (const Json& error : column(records, "error"))
    codes.push_back(error.is_null() ? Json() : error.value("code", Json()));
  return codes;
}

std::size_t count_of(std::string_view part, std::string_view text) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + part.size()))
    ++count;
  return count;
}

CliTest::CliTest() {
  std::filesystem::create_directory(leaks_.directory() / "files");
}

void CliTest::TearDown() {
  leaks_.expect_clean(std::chrono::seconds(10));
  EXPECT_EQ(leaks_.other_entries(), std::vector<std::string>{"files"});
}

ProcessSpec CliTest::program(std::vector<std::string> arguments) const {
  ProcessSpec spec;
  spec.argv = std::move(arguments);
  spec.argv.insert(spec.argv.begin(), program_path());
  spec.timeout = patience;
  spec.environment.emplace_back("CDP_SCRAPE_CONFIG=");  // whoever runs the tests may have one
  return spec;
}

ProcessResult CliTest::run(std::vector<std::string> arguments) const {
  return run_process(program(std::move(arguments)));
}

ProcessResult CliTest::run_with_input(std::string input, std::vector<std::string> arguments) const {
  ProcessSpec spec = program(std::move(arguments));
  spec.input = std::move(input);
  return run_process(std::move(spec));
}

std::string CliTest::file_path(std::string_view name) const {
  return (leaks_.directory() / "files" / name).string();
}

std::string CliTest::write_file(std::string_view name, std::string_view content) const {
  const std::string path = file_path(name);
  std::ofstream(path, std::ios::binary) << content;
  return path;
}

std::string CliTest::read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

std::vector<std::string> CliTest::sample_pages(int count) const {
  std::vector<std::string> urls;
  for (int number = 1; number <= count; ++number) {
    const std::string host = "h" + std::to_string(number % 4) + ".localhost";
    urls.push_back(server_.url_on(host, "/page/" + std::to_string(number)));
  }
  return urls;
}

std::vector<std::string> CliTest::static_pages(int count) const {
  std::vector<std::string> urls;
  for (int number = 1; number <= count; ++number) {
    const std::string host = "h" + std::to_string(number % 8) + ".localhost";
    urls.push_back(server_.url_on(host, "/static?title=" + std::to_string(number)));
  }
  return urls;
}

SlowReader::SlowReader(std::string path) : path_(std::move(path)) {
  constexpr mode_t mode = 0600;
  if (::mkfifo(path_.c_str(), mode) != 0)
    throw std::system_error(errno, std::generic_category(), path_);
  descriptor_ = ::open(path_.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  if (descriptor_ < 0) throw std::system_error(errno, std::generic_category(), path_);
}

bool SlowReader::wait_for_output(std::chrono::milliseconds timeout) const {
  pollfd waiting{descriptor_, POLLIN, 0};
  return ::poll(&waiting, 1, static_cast<int>(timeout.count())) == 1;
}

std::string SlowReader::read_all() {
  std::string text;
  std::array<char, 65536> block;
  while (wait_for_output(patience)) {
    const ssize_t count = ::read(descriptor_, block.data(), block.size());
    if (count == 0) return text;
    if (count > 0) text.append(block.data(), static_cast<std::size_t>(count));
  }
  ADD_FAILURE() << "nobody writes to " << path_ << ", and nobody closes it";
  return text;
}

void SlowReader::close() {
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

}  // namespace cdp::test
