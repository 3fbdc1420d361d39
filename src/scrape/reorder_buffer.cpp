#include "scrape/reorder_buffer.hpp"

#include <utility>

namespace cdp {

void ReorderBuffer::put(std::size_t turn, Record record) {
  bytes_ += record.html.size();
  const std::size_t place = order_ == Order::input ? turn : put_;
  ++put_;
  held_.emplace(place, std::move(record));
}

std::optional<Record> ReorderBuffer::take() {
  auto node = held_.extract(taken_);
  if (node.empty()) return std::nullopt;
  ++taken_;
  bytes_ -= node.mapped().html.size();
  return std::move(node.mapped());
}

}  // namespace cdp
