#include "browser/target/worker_watch.hpp"

#include "protocol/runtime.hpp"
#include "protocol/target.hpp"

#include <algorithm>
#include <string>

namespace cdp {
namespace target = protocol::target;

void WorkerWatch::attach(const std::shared_ptr<SessionState>& page) {
  if (!subscriptions_.empty()) return;
  subscriptions_.push_back(subscribe<target::AttachedToTarget>(
      *page, [weak = weak_from_this()](const target::AttachedToTarget& event) {
        const auto self = weak.lock();
        const auto session = self ? self->connection_->find_session(event.session_id) : nullptr;
        if (!session) return;
        self->workers_.push_back({session, nullptr});
        self->found_(event.target_info.target_id);
      }));
  target::SetAutoAttach command;
  command.filter = {{"worker", std::nullopt}, {std::nullopt, true}};
  connection_->post(page, command);
}

void WorkerWatch::ask() {
  std::erase_if(workers_,
                [](const Worker& worker) { return worker.session->closed().has_value(); });
  for (Worker& worker : workers_) {
    if (worker.answer && !worker.answer->arrived()) continue;
    protocol::runtime::Evaluate question;
    question.expression = "0";
    worker.answer = connection_->send(worker.session, question).answer;
  }
}

std::size_t WorkerWatch::living() const {
  const auto count = std::ranges::count_if(
      workers_, [](const Worker& worker) { return !worker.session->closed(); });
  return static_cast<std::size_t>(count);
}

bool WorkerWatch::are_idle() const {
  return std::ranges::all_of(workers_, [](const Worker& worker) {
    return worker.session->closed() || (worker.answer && worker.answer->arrived());
  });
}

}  // namespace cdp
