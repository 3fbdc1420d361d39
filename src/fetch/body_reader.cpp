#include "fetch/body_reader.hpp"

#include "fetch/media_type.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace cdp {

void BodyReader::begin(const AnswerHead& head) {
  *this = BodyReader(limits_, takes_any_file_);
  type_ = said_type_ = parse_media_type(head.content_type()).essence;
  disposition_ = head.content_disposition();
  is_coded_ = !head.content_encoding().empty();
  decoder_ = BodyDecoder(head.content_encoding());
  look_at_type();
}

/// A type that the server does not say is looked for in the body, as far as that is there.
void BodyReader::look_at_type() {
  if (takes_any_file_) return;
  if (said_type_.empty()) type_ = body_.empty() ? std::string() : sniff_media_type(body_);
  if (said_type_ == "text/plain" && is_binary(body_)) type_ = "application/octet-stream";
  is_file_ = !is_document(type_.empty() ? "text/html" : type_, disposition_);
}

void BodyReader::feed(std::string_view block) {
  if (is_over_) return;
  received_ += block.size();
  decoder_.feed(block);
  has_work_ = true;
}

void BodyReader::step() {
  const std::size_t limit = is_file_ ? limits_.file : std::min(limits_.text, limits_.most);
  const std::size_t room = limit - std::min(limit, body_.size());
  has_work_ = decoder_.decode(body_, std::min(piece, room) + 1);
  if (body_.size() <= 2 * piece) look_at_type();
  check_size();
  if (decoder_.is_broken()) is_over_ = true;
}

void BodyReader::check_size() {
  const std::size_t limit = is_file_ ? limits_.file : std::min(limits_.text, limits_.most);
  if (is_coded_ && body_.size() > free_growth && body_.size() / most_growth > received_) {
    fault_.emplace(errc::too_large, fmt::format("{} bytes of the body unpack to more than {}",
                                                received_, body_.size()));
  } else if (!is_file_ && body_.size() > limits_.most) {
    fault_.emplace(
        errc::too_large,
        fmt::format("the body has more than {} bytes, the limit for documents", limits_.most));
  }
  cut_ = body_.size() > limit;
  if (cut_) body_.resize(limit);
  if (fault_) body_ = {};
  is_over_ = cut_ || fault_;
}

std::optional<Error> BodyReader::fault() const {
  if (fault_ || cut_) return fault_;
  if (decoder_.is_broken())
    return Error(errc::connect_error, "the body is not compressed as its Content-Encoding says");
  if (ends_early()) return Error(errc::connect_error, "the compressed body is incomplete");
  return std::nullopt;
}

}  // namespace cdp
