#include "scripted_transport.hpp"

#include <cdp/error.hpp>

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <fmt/format.h>

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace cdp::test {

using nlohmann::json;

class ScriptedWire::End final : public Transport {
 public:
  explicit End(std::shared_ptr<ScriptedWire> wire) : wire_(std::move(wire)) {}
  ~End() override { close(); }

  Task<std::string> read() override {
    const auto wire = wire_;
    wire->taken_in_ = wire->sent_ - wire->to_driver_.size();
    wire->changed_.notify_all();
    const auto something = [&wire] {
      return !wire->to_driver_.empty() || wire->ended_ || wire->closed_;
    };
    co_await wire->changed_.until(something, Deadline::max());
    if (wire->closed_) throw Error(errc::browser_crashed, "closed by the driver");
    if (wire->to_driver_.empty()) throw Error(errc::browser_crashed, *wire->ended_);
    // One message a turn: waiters woken by the one before run first, as with a real connection.
    co_await boost::asio::post(wire->changed_.executor(), boost::asio::use_awaitable);
    if (wire->closed_) throw Error(errc::browser_crashed, "closed by the driver");
    std::string text = std::move(wire->to_driver_.front());
    wire->to_driver_.pop_front();
    co_return text;
  }

  Task<void> write(std::string_view message) override {
    const auto wire = wire_;
    if (wire->closed_) throw Error(errc::browser_crashed, "closed by the driver");
    if (wire->write_fault_) throw Error(errc::browser_crashed, *wire->write_fault_);
    const json text = json::parse(message);
    Command command;
    command.id = text.at("id").get<CallId>();
    command.method = text.at("method").get<std::string>();
    command.session = text.value("sessionId", "");
    command.params = text.at("params");
    wire->commands_.push_back(command);
    if (wire->on_command) wire->on_command(command);
    wire->changed_.notify_all();
    co_return;
  }

  void close() noexcept override {
    wire_->closed_ = true;
    wire_->changed_.notify_all();
  }

  std::string description() const override { return "script"; }

 private:
  std::shared_ptr<ScriptedWire> wire_;
};

ScriptedWire::ScriptedWire(const boost::asio::any_io_executor& executor) : changed_(executor) {}

std::unique_ptr<Transport> ScriptedWire::transport() {
  return std::make_unique<End>(shared_from_this());
}

void ScriptedWire::reply(const Command& command, json result) {
  json message = {{"id", command.id}, {"result", std::move(result)}};
  if (!command.session.empty()) message["sessionId"] = command.session;
  send(message.dump());
}

void ScriptedWire::refuse(const Command& command, const std::string& message, int code) {
  json reply = {{"id", command.id}, {"error", {{"code", code}, {"message", message}}}};
  if (!command.session.empty()) reply["sessionId"] = command.session;
  send(reply.dump());
}

void ScriptedWire::event(const std::string& method, json params, const std::string& session) {
  // The order of members is Chromium's: the driver looks at the beginning of the text.
  const std::string suffix =
      session.empty() ? "" : fmt::format(R"(,"sessionId":{})", json(session).dump());
  send(fmt::format(R"({{"method":"{}","params":{}{}}})", method, params.dump(), suffix));
}

void ScriptedWire::send(std::string text) {
  ++sent_;
  to_driver_.push_back(std::move(text));
  changed_.notify_all();
}

void ScriptedWire::end(std::string how) {
  if (!ended_) ended_ = std::move(how);
  changed_.notify_all();
}

std::size_t ScriptedWire::count(std::string_view method) const {
  return static_cast<std::size_t>(
      std::count_if(commands_.begin(), commands_.end(),
                    [&](const Command& command) { return command.method == method; }));
}

Task<Command> ScriptedWire::asked(const char* method, std::size_t times) {
  const auto self = shared_from_this();
  const auto has_come = [&] { return count(method) >= times; };
  if (!co_await changed_.until(has_come, deadline_in(patience)))
    throw std::runtime_error(fmt::format("{} was not asked for {} times", method, times));
  std::size_t left = times;
  for (const Command& command : commands_) {
    if (command.method == method && --left == 0) co_return command;
  }
  throw std::logic_error("counted wrongly");
}

Task<void> ScriptedWire::delivered() {
  const auto self = shared_from_this();
  const auto all = [this] { return closed_ || taken_in_ == sent_; };
  if (!co_await changed_.until(all, deadline_in(patience)))
    throw std::runtime_error("the driver does not read");
}

}  // namespace cdp::test
