// A browser made of a script: answers what the driver asks as Chromium does, until told otherwise.
#pragma once

#include "browser/browser_state.hpp"
#include "scripted_transport.hpp"
#include <cdp/browser.hpp>

#include <nlohmann/json.hpp>

#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace cdp::test {

/// Targets, sessions and navigations, in Chromium's order: `attachedToTarget` before the reply of
/// `createTarget`, commands of a paused page answered only once it runs. Loaders are called L1, L2…
class ScriptedBrowser {
 public:
  using Answer = std::function<void(const Command&)>;

  enum class Fault {
    none,
    refuse,  ///< the command is answered with an error
    mute,    ///< it is never answered
    drop     ///< the connection ends instead
  };

  explicit ScriptedBrowser(const boost::asio::any_io_executor& executor);
  ~ScriptedBrowser();
  ScriptedBrowser(const ScriptedBrowser&) = delete;
  ScriptedBrowser& operator=(const ScriptedBrowser&) = delete;

  /// One on the loop of the caller.
  static Task<std::shared_ptr<ScriptedBrowser>> make();

  /// The driver's side of it, connected and greeted.
  Task<std::shared_ptr<BrowserState>> start(
      TargetRegistry::Scope scope = TargetRegistry::Scope::whole_browser);

  ScriptedWire& wire() { return *wire_; }

  /// What happens to a method from now on, instead of the usual.
  void on(const std::string& method, Answer answer) { answers_[method] = std::move(answer); }
  /// It stays unanswered.
  void ignore(const std::string& method);
  void refuse(const std::string& method, const std::string& message);
  /// The same answer each time.
  void give(const std::string& method, nlohmann::json result);

  /// The usual answer.
  void answer(const Command& command);

  /// The n-th command from the start, from 1 on, meets a fault.
  void fail_at(std::size_t n, Fault fault);

  /// How many commands have come.
  std::size_t asked() const { return asked_; }

  /// The targets that the driver had closed, in its order.
  std::vector<std::string> closed_targets() const;

  /// A new target; nobody is told. @return its id
  std::string add_target(const std::string& url, const std::string& context = "",
                         const std::string& opener = "");

  /// Tells the driver that it is attached to a target, which waits to be run.
  void attach(const std::string& target);

  /// The target goes away, and with it its session.
  void detach(const std::string& target);

  /// The whole story of a document in the main frame, up to load.
  void tell_document(const std::string& target, const std::string& url, int status = 200);
  /// The story up to DOMContentLoaded: load does not come.
  void tell_parsed_document(const std::string& target, const std::string& url);
  /// Parts of it.
  std::string tell_request(const std::string& target, const std::string& url);
  void tell_response(const std::string& target, const std::string& loader, int status = 200,
                     const std::string& type = "text/html");
  void tell_commit(const std::string& target, const std::string& loader, const std::string& url);
  void tell_life(const std::string& target, const std::string& loader,
                 const std::vector<std::string>& names);
  void tell_failure(const std::string& target, const std::string& loader, const std::string& error);

  void tell_crash(const std::string& target);

  void event(const std::string& target, const std::string& method, nlohmann::json params);

  const std::string& session_of(const std::string& target) const;
  std::size_t targets() const { return targets_.size(); }
  bool has(const std::string& target) const { return targets_.contains(target); }

  /// What it calls itself.
  std::string product = "Scripted/1.0";

  /// What the page holds, and how many characters of it (bytes: use ASCII) one reply carries.
  std::string html = "<!DOCTYPE html><html><head></head><body></body></html>";
  std::size_t slice = 1 << 20;

 private:
  struct Target {
    std::string session;
    std::string url;
    std::string context;
    std::string opener;
    bool running = false;
    std::vector<Command> held;  ///< commands that came while it was paused
  };

  void receive(const Command& command);
  void dispatch(const Command& command);
  void create_target(const Command& command);
  void run_target(const Command& command);
  void evaluate(const Command& command);
  nlohmann::json describe(const std::string& id) const;
  /// Its id; empty when there is none.
  std::string target_of(const std::string& session) const;

  std::shared_ptr<ScriptedWire> wire_;
  std::map<std::string, Answer> answers_;
  std::map<std::string, Target> targets_;  ///< target id → target, while it is open
  std::map<std::size_t, Fault> faults_;    ///< number of the command → what happens to it
  std::size_t asked_ = 0;
  int last_target_ = 0;
  int last_loader_ = 0;
  int last_context_ = 0;
  int last_world_ = 0;
};

/// What evaluating a script brings: a value, or an exception with its text.
nlohmann::json evaluated(nlohmann::json value);
nlohmann::json thrown(const std::string& description);

}  // namespace cdp::test
