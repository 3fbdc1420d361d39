// Where URLs come from.
#pragma once

#include "base/unique_fd.hpp"
#include <cdp/error.hpp>
#include <cdp/options.hpp>
#include <cdp/task.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace cdp {

/// One URL of the input, with what the input says about it.
struct InputUrl {
  std::size_t seq = 0;   ///< position among the URLs of the input, from 0
  std::size_t line = 0;  ///< of the file it stands in, from 1; 0: in none
  std::string url;
  std::optional<std::chrono::milliseconds> timeout;
  std::optional<WaitUntil> wait_until;
  std::optional<FetchMode> fetch;
  std::optional<std::string> wait_selector;
  std::optional<std::chrono::milliseconds> delay;
  std::vector<Header> headers;
  std::string data;            ///< JSON text for the record; empty: none
  bool recorded = false;       ///< an earlier run has its record: it is only to be remembered
  std::optional<Error> fault;  ///< why the line it stands on cannot be used
};

/// What the lines of a file are.
enum class LineForm {
  url,  ///< each is a URL, or a JSON object
  row   ///< they have columns, as far as can be seen: what follows a comma is not the URL's
};

/// Reads a line of an input file: a URL, or a JSON object with a `url`, and options for it
/// (docs/cli.md).
/// @return nothing for blank lines and `#` comments
std::optional<InputUrl> parse_input_line(std::string_view line, LineForm form = LineForm::url);

/// A stream of URLs, of any length, read as fast as they are used.
class UrlSource {
 public:
  virtual ~UrlSource() = default;

  /// The next URL, numbered in the order of the input; nothing at the end. @throws Error
  /// input_error when it cannot be read
  virtual Task<std::optional<InputUrl>> next() = 0;

  /// Ends a `next` in progress, and the stream.
  virtual void close() = 0;

  /// How many URLs there will be, where that is known.
  virtual std::optional<std::size_t> size() const { return std::nullopt; }

  /// About how many there will be, by what has been read so far.
  virtual std::optional<std::size_t> estimated_size() const { return size(); }

  /// How many `next` has returned.
  virtual std::size_t given() const = 0;
};

/// The URLs of a list.
std::unique_ptr<UrlSource> make_list_source(std::vector<std::string> urls);

/// The lines of a file; `-` is the standard input. Pipes and terminals are waited for without
/// blocking.
/// @throws Error input_error when it cannot be opened
std::unique_ptr<UrlSource> make_file_source(const boost::asio::any_io_executor& executor,
                                            const std::string& path);

/// One source after the other.
std::unique_ptr<UrlSource> make_joined_source(std::vector<std::unique_ptr<UrlSource>> sources);

}  // namespace cdp
