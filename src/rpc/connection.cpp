#include "rpc/connection.hpp"

#include "base/async/spawn.hpp"
#include "base/async/task_registry.hpp"
#include "base/log.hpp"
#include "base/text/json_text.hpp"
#include "base/web/redact.hpp"
#include "protocol/target.hpp"

#include <fmt/format.h>

#include <utility>

namespace cdp {
namespace {

constexpr std::size_t longest_logged = 512;

/// A transport that throws something else than it promised, such as std::bad_alloc.
Error transport_fault(const std::exception& error) {
  return Error(errc::browser_crashed, fmt::format("the connection failed: {}", error.what()));
}

}  // namespace

void SessionState::close(const Error& cause) {
  if (closed_) return;
  closed_ = cause;
  for (const auto& handler : std::exchange(on_closed_, {}))
    handler(*closed_);
}

void SessionState::on_closed(std::function<void(const Error&)> handler) {
  if (closed_) return handler(*closed_);
  on_closed_.push_back(std::move(handler));
}

std::shared_ptr<Connection> Connection::open(const boost::asio::any_io_executor& executor,
                                             std::unique_ptr<Transport> transport, Log log) {
  std::shared_ptr<Connection> connection(
      new Connection(executor, std::move(transport), std::move(log)));
  spawn(executor, connection->read_loop(), "receive loop", connection->log_);
  spawn(executor, connection->write_loop(), "send loop", connection->log_);
  return connection;
}

Connection::Connection(const boost::asio::any_io_executor& executor,
                       std::unique_ptr<Transport> transport, Log log)
    : transport_(std::move(transport)),
      log_(std::move(log)),
      wanted_(std::make_shared<WantedEvents>()),
      root_(std::make_shared<SessionState>("", wanted_)),
      route_event_([this](std::string_view event, const std::string& session_id,
                          const EventParams& params) { route_event(event, session_id, params); }),
      writable_(executor) {
  using protocol::target::AttachedToTarget;
  using protocol::target::DetachedFromTarget;
  // Routed by the connection itself, whoever else listens.
  wanted_->add(std::string(AttachedToTarget::event), &read_event<AttachedToTarget>);
  wanted_->add(std::string(DetachedFromTarget::event), &read_event<DetachedFromTarget>);
}

Connection::~Connection() = default;

std::shared_ptr<SessionState> Connection::find_session(const std::string& id) const {
  const auto found = sessions_.find(id);
  return found == sessions_.end() ? nullptr : found->second;
}

SentCall Connection::send(const std::shared_ptr<SessionState>& session, std::string method,
                          const nlohmann::json& params) {
  SentCall call{0, std::move(method), std::make_shared<Answer>()};
  if (const auto& closed = session->closed()) {
    call.answer->error.emplace(closed->code(), fmt::format("{}: {}", call.method, closed->what()));
    return call;
  }
  call.id = calls_.add(call.method, session->id(), call.answer);
  outgoing_.push_back(write_command(call.id, call.method, session->id(), params));
  writable_.notify_all();
  return call;
}

void Connection::post(const std::shared_ptr<SessionState>& session, std::string method,
                      const nlohmann::json& params) {
  const SentCall call = send(session, std::move(method), params);
  const std::weak_ptr<Answer> answer = call.answer;
  call.answer->on_arrival = [log = log_, answer] {
    const auto arrived = answer.lock();
    if (arrived && arrived->error) write_log(log, LogLevel::debug, "{}", arrived->error->what());
  };
}

Task<nlohmann::json> Connection::wait(SentCall call, Deadline deadline) {
  const auto self = shared_from_this();
  Notifier arrival(writable_.executor());
  // However this wait ends, nobody may look for it afterwards: the table shares the answer, and a
  // loop that is destroyed ends its coroutines in any order.
  struct Listening {
    Answer& answer;
    ~Listening() { answer.on_arrival = nullptr; }
  };
  const Listening listening{*call.answer};
  call.answer->on_arrival = [&arrival] { arrival.notify_all(); };
  const auto arrived = [&call] { return call.answer->arrived(); };
  const bool in_time = co_await arrival.until(arrived, deadline);
  if (!in_time)
    throw Error(errc::protocol_timeout,
                fmt::format("{}: no answer from the browser in time", call.method));
  if (call.answer->error) throw *call.answer->error;
  co_return std::move(*call.answer->result);
}

void Connection::close(const Error& cause) {
  if (std::exchange(down_, true)) return;
  outgoing_.clear();
  transport_->close();
  retire(cause);
  writable_.notify_all();
}

void Connection::retire(const Error& cause) {
  if (root_->closed()) return;
  root_->close(cause);
  calls_.fail_all(cause);
  const auto sessions = std::exchange(sessions_, {});
  for (const auto& [id, session] : sessions)
    session->close(cause);
  writable_.notify_all();
}

void Connection::close_session(const std::string& id, const Error& cause) {
  const auto node = sessions_.extract(id);
  if (node.empty()) return;
  calls_.fail_session(id, cause);
  node.mapped()->close(cause);
}

Task<void> Connection::read_loop() {
  const auto self = shared_from_this();
  std::optional<Error> ended;
  while (!ended && !down_) {
    try {
      TaskEntry::Record* const me = leave_task();
      std::string text = co_await transport_->read();
      enter_task(me);
      if (!root_->closed()) receive(std::move(text));
    } catch (const Error& error) {
      ended = error;
    } catch (const std::exception& error) {
      ended = transport_fault(error);
    }
  }
  if (!ended || root_->closed()) co_return;
  Error cause = write_fault_.value_or(*ended);
  if (explain_) cause = co_await explain_(cause);
  close(cause);
}

Task<void> Connection::write_loop() {
  const auto self = shared_from_this();
  const auto has_work = [this] { return !outgoing_.empty() || root_->closed(); };
  while (!write_fault_) {
    co_await writable_.until(has_work, Deadline::max());
    if (outgoing_.empty()) co_return;
    const std::string message = std::move(outgoing_.front());
    outgoing_.pop_front();
    log_traffic('>', message);
    try {
      TaskEntry::Record* const me = leave_task();
      co_await transport_->write(message);
      enter_task(me);
    } catch (const Error& error) {
      write_fault_ = error;
    } catch (const std::exception& error) {
      write_fault_ = transport_fault(error);
    }
  }
  transport_->close();
}

void Connection::receive(std::string text) {
  const std::string_view event = peek_event(text);
  const ReadEvent read = wanted_->find(event);
  if (!event.empty() && read == nullptr) return;
  log_traffic('<', text);
  repair_lone_surrogates(text);
  try {
    const bool is_routed = read != nullptr && read(text, route_event_);
    if (!is_routed) route(parse_message(text));
  } catch (const Error& error) {
    // A message we cannot read is no reason to lose the others; its caller is told at once. Only an
    // event has none.
    const auto id = peek_reply(text);
    write_log(log_, id ? LogLevel::debug : LogLevel::warn, "{}: {}", error.what(),
              text.substr(0, longest_logged));
    if (id) calls_.fail(*id, error);
  } catch (const std::exception& error) {
    close(Error(errc::internal, fmt::format("an event handler failed: {}", error.what())));
  }
}

void Connection::route(Incoming message) {
  if (!message.id)
    return route_event(message.method, message.session_id, EventParams::of_json(message.body));
  const std::optional<std::string> refusal = message.refusal;
  const std::string method = calls_.resolve(std::move(message));
  if (method.empty())
    write_log(log_, LogLevel::debug, "a reply that nobody waits for: {}", refusal.value_or(""));
}

void Connection::route_event(std::string_view event, const std::string& session_id,
                             const EventParams& params) {
  using protocol::target::AttachedToTarget;
  using protocol::target::DetachedFromTarget;
  if (event == AttachedToTarget::event) {
    params.as<AttachedToTarget>([this](const AttachedToTarget& attached) {
      sessions_.try_emplace(attached.session_id,
                            std::make_shared<SessionState>(attached.session_id, wanted_));
    });
  }
  const auto session = session_id.empty() ? root_ : find_session(session_id);
  if (session) session->events().dispatch(event, params);
  if (event == DetachedFromTarget::event) {
    params.as<DetachedFromTarget>([this](const DetachedFromTarget& detached) {
      close_session(detached.session_id, Error(errc::page_crashed, "the page is gone"));
    });
  }
}

void Connection::log_traffic(char direction, std::string_view text) const {
  if (!log_.wants(LogLevel::trace)) return;
  write_log(log_, LogLevel::trace, "{} {}", direction,
            redacted_message(text.substr(0, longest_logged)));
}

}  // namespace cdp
