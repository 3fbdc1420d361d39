#include "base/system/long_text.hpp"

#include "base/text/utf8.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace cdp {
namespace {

constexpr mode_t private_mode = 0600;

/// A file without a name is never left behind, whatever ends the program.
UniqueFd open_file_without_name() {
  const char* configured = std::getenv("TMPDIR");
  const std::string directory = configured != nullptr && *configured != '\0' ? configured : "/tmp";
  UniqueFd file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_EXCL | O_CLOEXEC, private_mode));
  if (file) return file;
  // Some file systems only know files with names.
  std::string name = directory + "/.cdp-scrape-html-XXXXXX";
  file.reset(::mkostemp(name.data(), O_CLOEXEC));
  if (file) ::unlink(name.c_str());
  return file;
}

/// @return false, and the reason in errno
bool write_at(int file, std::size_t offset, std::string_view text) {
  while (!text.empty()) {
    const ssize_t count = ::pwrite(file, text.data(), text.size(), static_cast<off_t>(offset));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    offset += static_cast<std::size_t>(count);
    text.remove_prefix(static_cast<std::size_t>(count));
  }
  return true;
}

Error unreadable(const char* reason) {
  return Error(errc::output_error,
               fmt::format("cannot read the HTML of a long page back from its temporary file "
                           "(TMPDIR): {}",
                           reason));
}

}  // namespace

void LongText::append(std::string_view text) {
  memory_ += text;
  if (memory_.size() > most_in_memory_) move_out();
}

void LongText::reserve(std::size_t bytes) {
  if (bytes <= most_in_memory_) memory_.reserve(bytes);
}

void LongText::move_out() {
  if (!file_) file_ = open_file_without_name();
  if (!file_ || !write_at(file_.get(), in_file_, memory_)) return stay_in_memory();
  in_file_ += std::exchange(memory_, {}).size();
  most_in_memory_ = std::min(most_in_memory_, piece_size);
}

/// Keeps it in memory, as shorter ones are, when there is no file for it.
void LongText::stay_in_memory() {
  most_in_memory_ = always_in_memory;
  if (in_file_ > 0) memory_.insert(0, read_file(0, in_file_));
  in_file_ = 0;
  file_.reset();
}

bool LongText::cut(std::size_t most_bytes) {
  if (size() <= most_bytes) return false;
  if (most_bytes >= in_file_) {
    cut_utf8(memory_, most_bytes - in_file_);
    return true;
  }
  constexpr std::size_t longest_code_point = 4;
  const std::size_t from = most_bytes - std::min(most_bytes, longest_code_point);
  std::string end = at(from, most_bytes + 1 - from);
  cut_utf8(end, most_bytes - from);
  in_file_ = from + end.size();
  memory_.clear();
  return true;
}

void LongText::read(const Take& take) const {
  for (std::size_t offset = 0; offset < size();) {
    const std::string piece = piece_at(offset);
    take(piece);
    offset += piece.size();
  }
}

std::string LongText::piece_at(std::size_t offset) const {
  std::string piece = at(offset, piece_size + 1);
  const std::size_t whole = std::min(piece.size(), piece_size);
  cut_utf8(piece, piece_size);
  return piece.empty() ? at(offset, whole) : piece;  // no UTF-8 at all
}

std::string LongText::text() const& {
  std::string whole;
  whole.reserve(size());
  read([&](std::string_view piece) { whole += piece; });
  return whole;
}

std::string LongText::text() && {
  if (in_file_ > 0) return std::as_const(*this).text();
  return std::move(memory_);
}

/// Handles reads past the end of the file, too.
std::string LongText::at(std::size_t offset, std::size_t most_bytes) const {
  std::string bytes;
  if (offset < in_file_) bytes = read_file(offset, std::min(most_bytes, in_file_ - offset));
  const std::size_t next = offset + bytes.size();
  if (next >= in_file_ && bytes.size() < most_bytes)
    bytes.append(memory_, next - in_file_, most_bytes - bytes.size());
  return bytes;
}

std::string LongText::read_file(std::size_t offset, std::size_t bytes) const {
  std::string text(bytes, '\0');
  std::size_t read = 0;
  while (read < bytes) {
    const ssize_t count =
        ::pread(file_.get(), text.data() + read, bytes - read, static_cast<off_t>(offset + read));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) throw unreadable(std::strerror(errno));
    if (count == 0) throw unreadable("it is too short");
    read += static_cast<std::size_t>(count);
  }
  return text;
}

}  // namespace cdp
