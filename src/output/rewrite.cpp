#include "output/rewrite.hpp"

#include "base/unique_fd.hpp"
#include "output/output_file.hpp"
#include "output/record_line.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>

namespace cdp {
namespace {

Error unreadable(const std::string& path, const std::string& reason) {
  return Error(
      errc::state_error,
      fmt::format("cannot take the failed records out of {}: {}; restore it, or start over "
                  "with another --state directory and another output",
                  path, reason));
}

/// Takes text piece by piece, and writes the lines that are kept.
class LineFilter {
 public:
  LineFilter(OutputFile& output, Compression compression,
             const std::function<bool(std::size_t)>& keep)
      : output_(output), compression_(compression), keep_(keep) {}

  /// @return false when a line is not a record
  bool take(std::string_view text) {
    std::size_t end = text.find('\n');
    for (; end != text.npos; end = text.find('\n')) {
      line_ += text.substr(0, end + 1);
      text.remove_prefix(end + 1);
      const std::optional<std::size_t> seq = seq_of_line(line_);
      if (!seq) return false;
      if (keep_(*seq)) kept_ += line_;
      line_.clear();
      if (kept_.size() >= enough) write();
    }
    line_ += text;
    return true;
  }

  void write() {
    if (!kept_.empty()) output_.append(compress(compression_, kept_));
    kept_.clear();
  }

  bool is_complete() const { return line_.empty(); }

 private:
  static constexpr std::size_t enough = std::size_t{1} << 20;

  OutputFile& output_;
  Compression compression_;
  const std::function<bool(std::size_t)>& keep_;
  std::string line_;  ///< the beginning of one
  std::string kept_;
};

void copy(int from, const std::string& name, std::uint64_t length, Compression compression,
          LineFilter& filter) {
  Decompressor decompressor(compression);
  std::array<char, 1 << 16> block{};
  bool sound = true;
  while (length > 0 && sound) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(length, block.size()));
    const ssize_t count = ::read(from, block.data(), wanted);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) throw unreadable(name, count < 0 ? std::strerror(errno) : "it is too short");
    length -= static_cast<std::uint64_t>(count);
    bool records = true;
    const auto take = [&](std::string_view text) { records = records && filter.take(text); };
    sound = decompressor.feed({block.data(), static_cast<std::size_t>(count)}, take) && records;
  }
  if (!sound || !decompressor.is_complete() || !filter.is_complete())
    throw unreadable(name, "it does not hold the records that were written");
  filter.write();
}

}  // namespace

std::uint64_t rewrite_records(const std::string& from, std::uint64_t length, const std::string& to,
                              Compression compression,
                              const std::function<bool(std::size_t seq)>& keep) {
  const UniqueFd source(::open(from.c_str(), O_RDONLY | O_CLOEXEC));
  if (!source) throw unreadable(from, std::strerror(errno));
  try {
    OutputFile output(to, Links::none);
    output.finish();  // nothing of a former attempt stays, even where no record does
    LineFilter filter(output, compression, keep);
    copy(source.get(), from, length, compression, filter);
    output.sync();
    return output.length();
  } catch (...) {
    ::unlink(to.c_str());
    throw;
  }
}

}  // namespace cdp
