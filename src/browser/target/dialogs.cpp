#include "browser/target/dialogs.hpp"

#include "protocol/page.hpp"

#include <fmt/format.h>

namespace cdp {

bool Dialogs::note() {
  if (++count_ > most)
    excess_.emplace(errc::dialog_loop, fmt::format("the page opened more than {} dialogs", most));
  return excess_.has_value();
}

void Dialogs::answer(const std::string& type) {
  protocol::page::HandleJavaScriptDialog command;
  command.accept = type == "beforeunload";
  connection_->post(session_, command);
}

}  // namespace cdp
