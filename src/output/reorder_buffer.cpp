#include "output/reorder_buffer.hpp"

#include <limits>
#include <utility>

namespace cdp {

void ReorderBuffer::put(std::size_t turn, Record record) {
  bytes_ += record.html_bytes();
  const std::size_t place = order_ == Order::input ? turn : put_;
  ++put_;
  held_.emplace(place, std::move(record));
}

std::optional<std::size_t> ReorderBuffer::last_to_begin() const {
  if (bytes_ <= most_bytes_) return std::numeric_limits<std::size_t>::max();
  if (order_ == Order::completion || has_next()) return std::nullopt;
  return taken_;
}

void ReorderBuffer::skip(std::size_t turn) {
  if (order_ == Order::completion) return;  // nobody waits for it
  skipped_.insert(turn);
  while (skipped_.erase(taken_) > 0)
    ++taken_;
}

std::optional<Record> ReorderBuffer::take() {
  auto node = held_.extract(taken_);
  if (node.empty()) return std::nullopt;
  ++taken_;
  writing_ = true;
  while (skipped_.erase(taken_) > 0)
    ++taken_;
  bytes_ -= node.mapped().html_bytes();
  return std::move(node.mapped());
}

}  // namespace cdp
