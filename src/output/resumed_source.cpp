#include "output/resumed_source.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace cdp {
namespace {

/// URLs read from the journal at once.
constexpr std::size_t page_size = 4096;

constexpr const char* remedy =
    "give the same input again (more URLs at its end are fine), or start over with another --state "
    "directory and another output";

class ResumedSource final : public UrlSource {
 public:
  ResumedSource(std::unique_ptr<UrlSource> source, Resumption resumption)
      : source_(std::move(source)), resumption_(std::move(resumption)) {}

  Task<std::optional<InputUrl>> next() override {
    std::optional<InputUrl> input = co_await source_->next();
    if (closed_) co_return std::nullopt;
    const std::size_t seq = input ? input->seq : seen_;
    if (position_ == page_.size() && !exhausted_) co_await read_page(seq);
    if (!input) {
      end(seq);
      co_return std::nullopt;
    }
    ++seen_;
    input->recorded = is_done(*input);
    if (!input->recorded) begin();
    co_return input;
  }

  void close() override {
    closed_ = true;
    source_->close();
  }

  std::optional<std::size_t> size() const override { return without_done(source_->size()); }

  std::optional<std::size_t> estimated_size() const override {
    return without_done(source_->estimated_size());
  }

  std::size_t given() const override { return seen_; }

 private:
  std::optional<std::size_t> without_done(std::optional<std::size_t> size) const {
    if (size) *size -= std::min(*size, resumption_.counts.total());
    return size;
  }

  /// URLs from `seq` on were not begun by this run yet: what the journal says of them stays.
  Task<void> read_page(std::size_t seq) {
    Task<std::vector<DoneUrl>> reading = resumption_.done_from(seq, page_size);
    page_ = co_await std::move(reading);
    position_ = 0;
    exhausted_ = page_.size() < page_size;
  }

  bool is_done(const InputUrl& input) {
    if (position_ == page_.size() || page_[position_].seq != input.seq) return false;
    const DoneUrl& done = page_[position_++];
    if (done.url_hash == hash_of(input.url)) return true;
    const std::string place =
        input.line > 0 ? fmt::format("line {}", input.line) : fmt::format("URL {}", input.seq + 1);
    throw Error(errc::state_error,
                fmt::format("the input has changed since the run in the state directory {} began: "
                            "{} was not {} then; {}",
                            resumption_.directory, place, input.url, remedy));
  }

  void begin() {
    if (std::exchange(given_, true)) return;
    write_log(resumption_.log, LogLevel::info, "resuming: {} URLs are done, {} of them failed",
              resumption_.counts.total(), resumption_.counts.failed);
  }

  void end(std::size_t length) const {
    if (position_ != page_.size()) {
      throw Error(errc::state_error,
                  fmt::format("the input has changed since the run in the state directory {} "
                              "began: it ends after {} URLs, and there are records of later ones; "
                              "{}",
                              resumption_.directory, length, remedy));
    }
    if (given_) return;
    write_log(resumption_.log, LogLevel::info,
              "nothing left to do: all {} URLs are done, {} of them failed{}",
              resumption_.counts.total(), resumption_.counts.failed,
              resumption_.counts.failed > 0 ? " (--retry-failed tries those again)" : "");
  }

  std::unique_ptr<UrlSource> source_;
  Resumption resumption_;
  std::vector<DoneUrl> page_;  ///< of the journal
  std::size_t position_ = 0;   ///< in the page, of the first that the input has not reached
  bool exhausted_ = false;     ///< the journal has no further page
  std::size_t seen_ = 0;       ///< URLs of the input
  bool given_ = false;         ///< there was one to be done
  bool closed_ = false;
};

}  // namespace

std::unique_ptr<UrlSource> make_resumed_source(std::unique_ptr<UrlSource> source,
                                               Resumption resumption) {
  return std::make_unique<ResumedSource>(std::move(source), std::move(resumption));
}

}  // namespace cdp
