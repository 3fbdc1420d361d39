#include "rpc/pending_calls.hpp"

#include <fmt/format.h>

#include <utility>
#include <vector>

namespace cdp {
namespace {

/// Callers that gave up have let go of their share of the answer.
void deliver(Answer& answer) {
  if (answer.on_arrival) std::exchange(answer.on_arrival, nullptr)();
}

}  // namespace

CallId PendingCalls::add(std::string method, std::string session_id,
                         std::shared_ptr<Answer> answer) {
  const CallId id = ++last_id_;
  calls_.emplace(id, Call{std::move(method), std::move(session_id), std::move(answer)});
  return id;
}

std::string PendingCalls::resolve(Incoming reply) {
  auto node = calls_.extract(reply.id.value_or(0));
  if (node.empty()) return {};
  Call& call = node.mapped();
  if (call.answer && !call.answer->arrived()) {
    if (reply.refusal) {
      call.answer->error.emplace(errc::protocol_error,
                                 fmt::format("{}: {}", call.method, *reply.refusal));
    } else {
      call.answer->result = std::move(reply.body);
    }
    deliver(*call.answer);
  }
  return std::move(call.method);
}

void PendingCalls::fail(CallId id, const Error& cause) {
  if (const auto node = calls_.extract(id); !node.empty()) settle(node.mapped(), cause);
}

void PendingCalls::fail_session(const std::string& session_id, const Error& cause) {
  std::vector<CallId> ended;
  for (const auto& [id, call] : calls_) {
    if (call.session_id == session_id) ended.push_back(id);
  }
  for (const CallId id : ended)
    fail(id, cause);
}

void PendingCalls::fail_all(const Error& cause) {
  const auto ended = std::exchange(calls_, {});
  for (const auto& [id, call] : ended)
    settle(call, cause);
}

void PendingCalls::settle(const Call& call, const Error& cause) {
  if (!call.answer || call.answer->arrived()) return;
  call.answer->error.emplace(cause.code(), fmt::format("{}: {}", call.method, cause.what()),
                             cause.net_error());
  deliver(*call.answer);
}

}  // namespace cdp
