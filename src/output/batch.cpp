#include "output/batch.hpp"

#include <utility>

namespace cdp {

void Batch::add(DoneUrl url, OutputText text, Deadline now) {
  if (urls_.empty()) first_at_ = now;
  urls_.push_back(url);
  bytes_ += text.size();
  if (texts_.empty() || !texts_.back().join(text)) texts_.push_back(std::move(text));
}

void Batch::add_file(RecordFile file) {
  if (file.content) bytes_ += file.content->size();
  files_.push_back(std::move(file));
}

bool Batch::is_due(Deadline now) const {
  if (is_empty()) return false;
  return urls_.size() >= limits_.records || bytes_ >= limits_.bytes || now >= due();
}

Deadline Batch::due() const {
  return is_empty() ? Deadline::max() : first_at_ + limits_.span;
}

}  // namespace cdp
