// Records that are written together.
#pragma once

#include "base/async/deadline.hpp"
#include "output/output_text.hpp"
#include <cdp/record.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cdp {

/// What is known of a URL that needs no more work.
struct DoneUrl {
  std::size_t seq = 0;
  std::uint64_t url_hash = 0;
  RecordOutcome outcome = RecordOutcome::ok;
};

/// A file that belongs to a record.
struct RecordFile {
  std::string name;
  std::optional<OutputText> content;  ///< none: one of that name is of an earlier run, and goes
};

/// Records that are written and committed together. No I/O.
class Batch {
 public:
  struct Limits {
    std::size_t records;
    std::size_t bytes;
    std::chrono::milliseconds span;  ///< how long the first one may wait for others
  };

  explicit Batch(Limits limits) : limits_(limits) {}

  /// @param text what goes into the output; may be empty
  void add(DoneUrl url, OutputText text, Deadline now);
  void add_file(RecordFile file);

  bool is_empty() const { return urls_.empty(); }

  /// Whether it should be written before anything else is added.
  bool is_due(Deadline now) const;

  /// When it should be written at the latest; max when it is empty.
  Deadline due() const;

  const std::vector<DoneUrl>& urls() const { return urls_; }
  const std::vector<OutputText>& texts() const { return texts_; }
  const std::vector<RecordFile>& files() const { return files_; }

 private:
  Limits limits_;
  std::vector<DoneUrl> urls_;
  std::vector<OutputText> texts_;  ///< in their order; short ones are one
  std::vector<RecordFile> files_;
  std::size_t bytes_ = 0;  ///< of texts and files
  Deadline first_at_{};
};

}  // namespace cdp
