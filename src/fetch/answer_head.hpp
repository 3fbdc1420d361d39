// The head of an HTTP answer, line by line.
#pragma once

#include <cdp/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// Statuses that ask for credentials.
constexpr int status_unauthorized = 401;
constexpr int status_proxy_authentication = 407;

/// What the heads of an answer say: interim ones (1xx) come before the one that counts, and so do
/// those that ask for credentials. Holds the peer to the protocol. No I/O.
class AnswerHead {
 public:
  /// As much of a head as Chromium takes.
  static constexpr std::size_t most_bytes = std::size_t{256} << 10;

  /// Nobody has a use for that many.
  static constexpr int most_interim_answers = 100;

  /// @return false when the answer cannot be used: then there is a fault
  bool take(std::string_view line);

  /// Whether the last head is there as a whole, and is not an interim one.
  bool is_complete() const { return complete_; }

  /// Whether it sends the client elsewhere.
  bool is_redirect() const;

  int status() const { return status_; }
  const std::optional<Error>& fault() const { return fault_; }

  // Values of headers, as sent, without blanks around them; empty: none.
  const std::string& content_type() const { return content_type_; }
  const std::string& content_disposition() const { return content_disposition_; }
  const std::string& content_encoding() const { return content_encoding_; }  ///< parted by commas
  const std::string& location() const { return location_; }
  const std::string& retry_after() const { return retry_after_; }
  const std::string& refresh() const { return refresh_; }

 private:
  void begin(std::string_view status_line);
  bool refuse(errc code, std::string detail);
  void take_header(std::string_view name, std::string_view value);
  void take_once(std::string& place, std::string_view value);

  std::size_t bytes_ = 0;
  int interim_answers_ = 0;
  int status_ = 0;
  bool complete_ = false;
  bool is_ambiguous_ = false;
  std::optional<Error> fault_;
  std::string content_type_;
  std::string content_disposition_;
  std::string content_encoding_;
  std::string content_length_;
  std::string location_;
  std::string retry_after_;
  std::string refresh_;
};

}  // namespace cdp
