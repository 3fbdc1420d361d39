#include "output/output_text.hpp"

#include "base/text/json_text.hpp"

#include <string_view>
#include <utility>

namespace cdp {

std::size_t OutputText::size() const {
  return before_.size() + (html_ ? html_->size() : 0) + after_.size();
}

bool OutputText::join(OutputText& next) {
  if (html_ || next.html_) return false;
  if (before_.empty()) {
    before_ = std::move(next.before_);
  } else {
    before_ += next.before_;
  }
  return true;
}

void OutputText::read(const LongText::Take& take) const {
  if (!html_) return before_.empty() ? void() : take(before_);
  const bool is_quoted = form_ == Form::quoted;
  take(is_quoted ? before_ + '"' : before_);
  std::string quoted;
  html_->read([&](std::string_view piece) {
    if (!is_quoted) return take(piece);
    quoted.clear();
    append_in_quotes(quoted, piece);
    take(quoted);
  });
  take(is_quoted ? '"' + after_ : after_);
}

}  // namespace cdp
