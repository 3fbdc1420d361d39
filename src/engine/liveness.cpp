#include "engine/liveness.hpp"

#include "engine/navigation.hpp"

namespace cdp {

void Liveness::on(const protocol::network::RequestWillBeSent& event) {
  if (!is_document_request(event, main_frame_)) return;
  document_ = event.request_id;
  with_server_ = true;
  owing_since_.reset();
}

void Liveness::on(const protocol::network::ResponseReceived& event, Clock::time_point now) {
  if (event.request_id != document_ || !with_server_) return;
  with_server_ = false;
  owing_since_ = now;
}

void Liveness::on(const protocol::network::LoadingFailed& event) {
  if (event.request_id == document_) settle();
}

void Liveness::on(const protocol::page::FrameNavigated& event) {
  if (event.frame.id == main_frame_ && event.frame.loader_id == document_) settle();
}

void Liveness::settle() {
  with_server_ = false;
  owing_since_.reset();
}

}  // namespace cdp
