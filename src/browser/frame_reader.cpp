#include "browser/frame_reader.hpp"

#include "browser/document_text.hpp"
#include "browser/script/serialise_script.hpp"
#include "protocol/dom.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cdp {
namespace {

/// The depth of frames in frames at which a page that never ends is cut off.
constexpr int deepest_frame = 20;

/// A text that no page contains, because it is random.
std::string make_mark() {
  std::random_device random;
  return fmt::format("cdp-scrape-frame-{:08x}{:08x}-", random(), random());
}

/// A document in the attribute srcdoc, as the HTML Standard serialises attribute values.
std::string escape_value(std::string_view text) {
  std::string escaped;
  escaped.reserve(text.size() + text.size() / 8);
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      default:
        if (text.substr(i, 2) == "\u00a0") {
          escaped += "&nbsp;";
          ++i;
        } else {
          escaped += text[i];
        }
    }
  }
  return escaped;
}

/// The document that a frame begins with, and keeps when it is not loaded (lazy, a download, no
/// answer); or Chromium's own error page.
bool is_empty_frame(const DocumentText& text) {
  const bool is_shell = text.html == "<html><head></head><body></body></html>";
  const std::string& url = text.about.url;
  return (url == "about:blank" && is_shell) || url.starts_with("chrome-error:");
}

/// Walks a text from mark to mark.
class MarkedText {
 public:
  explicit MarkedText(const LongText& text) : text_(text) {}

  /// Hands over what stands before the next such mark, and continues behind it. @return false when
  /// there is none: then all that is left has been handed over
  bool read_until(std::string_view mark, const LongText::Take& take) {
    for (;;) {
      const std::size_t at = window_.find(mark);
      if (at != window_.npos) {
        take(std::string_view(window_).substr(0, at));
        window_.erase(0, at + mark.size());
        return true;
      }
      // A mark may have begun.
      const std::size_t sure = window_.size() - std::min(window_.size(), mark.size() - 1);
      take(std::string_view(window_).substr(0, sure));
      window_.erase(0, sure);
      const std::string more = text_.piece_at(read_);
      if (more.empty()) break;
      read_ += more.size();
      window_ += more;
    }
    take(window_);
    window_.clear();
    return false;
  }

 private:
  const LongText& text_;
  std::size_t read_ = 0;
  std::string window_;  ///< the last that was read of it, but not handed over
};

class FrameReader {
 public:
  FrameReader(std::shared_ptr<PageState> page, ContentOptions options, std::size_t most_in_memory,
              Deadline deadline)
      : page_(std::move(page)),
        options_(options),
        limits_{options.max_bytes, most_in_memory},
        deadline_(deadline) {
    if (options_.frames) mark_ = make_mark();
  }
  FrameReader(const FrameReader&) = delete;
  FrameReader& operator=(const FrameReader&) = delete;

  Task<DocumentText> read() {
    if (options_.frames) targets_ = co_await page_->frames(deadline_);
    co_return co_await read_frame(page_->session(), page_->target_id(), 0);
  }

 private:
  using SessionPtr = std::shared_ptr<SessionState>;

  Task<DocumentText> read_frame(SessionPtr session, std::string frame_id, int depth) {
    World world =
        co_await World::isolated(page_->connection(), session, std::move(frame_id), deadline_);
    if (options_.shadow_roots) co_await hand_over_closed_roots(world);
    std::string expression = serialise_all_expression(mark_, options_.shadow_roots);
    DocumentText text = co_await read_text(world, std::move(expression), limits_, deadline_);
    if (text.frames > 0) co_await fill_in_frames(world, text, depth);
    co_return text;
  }

  Task<void> fill_in_frames(World world, DocumentText& text, int depth) {
    const LongText with_marks = std::exchange(text.html, LongText(limits_.most_in_memory));
    LongText& html = text.html;
    MarkedText rest(with_marks);
    const LongText::Take append = [&html](std::string_view part) { html.append(part); };
    for (int number = 0; number < text.frames; ++number) {
      const std::string begin = fmt::format("{}{};", mark_, number);
      const std::string end = fmt::format("{}{},", mark_, number);
      if (!rest.read_until(begin, append)) co_return;  // cut off
      std::string original;
      const LongText::Take keep = [&original](std::string_view part) { original += part; };
      if (!rest.read_until(end, keep)) co_return html.append(original);
      const std::optional<LongText> inner = co_await read_inner(world, number, depth + 1);
      if (inner) {
        html.append("srcdoc=\"");
        inner->read([&html](std::string_view part) { html.append(escape_value(part)); });
        html.append("\"");
      } else if (!original.empty()) {
        html.append(original);
      } else {
        html.cut(html.size() - 1);  // the space before
      }
      if (html.size() > options_.max_bytes) break;
    }
    rest.read_until(mark_, append);
  }

  /// The HTML of one frame; nothing when there is none to be had: then its element stays as it is.
  Task<std::optional<LongText>> read_inner(World world, int number, int depth) {
    if (depth > deepest_frame) co_return std::nullopt;
    try {
      std::string expression = frame_expression(number);
      protocol::dom::DescribeNode command;
      command.object_id = co_await world.evaluate_object(std::move(expression), deadline_);
      const auto described =
          co_await page_->connection()->call(world.session(), std::move(command), deadline_);
      std::string frame_id = described.node.frame_id.value_or("");
      SessionPtr session = targets_->find(frame_id);
      if (!session) session = world.session();
      DocumentText text = co_await read_frame(std::move(session), std::move(frame_id), depth);
      if (is_empty_frame(text)) co_return std::nullopt;
      co_return std::move(text.html);
    } catch (const Error& error) {
      // A passed deadline ends the whole reading; any other failure concerns this frame alone.
      if (error.code() == errc::protocol_timeout || page_->session()->closed()) throw;
    }
    co_return std::nullopt;
  }

  /// No script can get into a closed shadow root, not even in an isolated world: the browser hands
  /// over what is in them.
  Task<void> hand_over_closed_roots(World world) {
    const std::vector<std::int64_t> nodes = co_await closed_nodes_of(world.session());
    std::vector<SentCall> resolving;
    for (const std::int64_t node : nodes) {
      const protocol::dom::ResolveNode command{node, world.context()};
      resolving.push_back(page_->connection()->send(world.session(), command));
    }
    std::vector<std::string> objects;
    for (SentCall& call : resolving) {
      std::string object = co_await resolved(std::move(call));
      if (!object.empty()) objects.push_back(std::move(object));
    }
    std::string function = take_shadow_roots_function();
    if (!objects.empty()) co_await world.call(std::move(function), std::move(objects), deadline_);
  }

  /// @return the remote object's id; empty for a node of another frame, or one that has gone
  Task<std::string> resolved(SentCall call) {
    using Command = protocol::dom::ResolveNode;
    try {
      nlohmann::json answer = co_await page_->connection()->wait(std::move(call), deadline_);
      auto result = protocol::decode<Command::Result>(answer, Command::method);
      co_return result.object.object_id.value_or("");
    } catch (const Error& error) {
      if (error.code() != errc::protocol_error) throw;
    }
    co_return std::string();
  }

  /// The nodes in closed shadow roots of all documents of a target; asked for once.
  Task<std::vector<std::int64_t>> closed_nodes_of(SessionPtr session) {
    const std::string id = session->id();
    if (const auto known = closed_nodes_.find(id); known != closed_nodes_.end())
      co_return known->second;
    protocol::dom_snapshot::CaptureSnapshot command;
    const auto snapshot =
        co_await page_->connection()->call(std::move(session), std::move(command), deadline_);
    std::vector<std::int64_t> nodes;
    for (const auto& document : snapshot.documents) {
      const auto& types = document.nodes.shadow_root_type;
      if (!types) continue;
      for (std::size_t i = 0; i < std::min(types->index.size(), types->value.size()); ++i) {
        const std::string& type = snapshot.strings.at(static_cast<std::size_t>(types->value[i]));
        const auto node = static_cast<std::size_t>(types->index[i]);
        if (type == "closed") nodes.push_back(document.nodes.backend_node_id.at(node));
      }
    }
    closed_nodes_[id] = nodes;
    co_return nodes;
  }

  std::shared_ptr<PageState> page_;
  ContentOptions options_;
  TextLimits limits_;
  Deadline deadline_;
  std::string mark_;
  std::shared_ptr<FrameTargets> targets_;  ///< null when frames are left as they are
  std::map<std::string, std::vector<std::int64_t>> closed_nodes_;  ///< session id → nodes
};

}  // namespace

Task<DocumentText> read_with_frames(std::shared_ptr<PageState> page, ContentOptions options,
                                    std::size_t most_in_memory, Deadline deadline) {
  FrameReader reader(std::move(page), options, most_in_memory, deadline);
  co_return co_await reader.read();
}

}  // namespace cdp
