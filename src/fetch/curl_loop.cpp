#include "fetch/curl_loop.hpp"

#include <boost/asio/posix/stream_descriptor.hpp>

#include <curl/curl.h>
#include <locale.h>  // uselocale

#include <clocale>
#include <new>
#include <utility>

namespace cdp {
namespace {

using Descriptor = boost::asio::posix::stream_descriptor;

locale_t utf8_locale() {
  static const locale_t made = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
  return made;
}

}  // namespace

Utf8Locale::Utf8Locale()
    : before_(utf8_locale() == nullptr ? nullptr : ::uselocale(utf8_locale())) {}

Utf8Locale::~Utf8Locale() {
  if (before_ != nullptr) ::uselocale(static_cast<locale_t>(before_));
}

/// A socket of curl's. Waits that are in progress hold it; curl owns the socket itself.
struct CurlLoop::Watch {
  Watch(const boost::asio::any_io_executor& executor, int number) : descriptor(executor, number) {}

  Descriptor descriptor;
  int events = 0;  ///< what curl waits for: CURL_POLL_IN, OUT, INOUT
  bool reading = false;
  bool writing = false;
  bool gone = false;
};

namespace {

/// curl's frames know no exceptions. @return what tells it that there was no memory
template <class Work>
int guarded(Work work) {
  try {
    work();
  } catch (const std::bad_alloc&) {
    return -1;
  }
  return 0;
}

}  // namespace

struct CurlLoop::Callbacks {
  static int on_socket(CURL*, curl_socket_t socket, int events, void* self, void*) {
    return guarded([&] { static_cast<CurlLoop*>(self)->watch(socket, events); });
  }

  static int on_timer(CURLM*, long milliseconds, void* self) {
    return guarded([&] { static_cast<CurlLoop*>(self)->set_timer(milliseconds); });
  }
};

CurlLoop::CurlLoop(boost::asio::any_io_executor executor, long most_connections, OnDone on_done)
    : executor_(std::move(executor)), timer_(executor_), on_done_(std::move(on_done)) {
  static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(initialised);
  multi_ = curl_multi_init();
  curl_multi_setopt(multi_, CURLMOPT_SOCKETFUNCTION, &Callbacks::on_socket);
  curl_multi_setopt(multi_, CURLMOPT_SOCKETDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_TIMERFUNCTION, &Callbacks::on_timer);
  curl_multi_setopt(multi_, CURLMOPT_TIMERDATA, this);
  curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, most_connections);
  // One transfer to a connection, with HTTP/2 too: a server of HTTP/1 that only calls itself HTTP/2
  // is believed by libcurl (7.88), which then gives the answer for one URL to another.
  curl_multi_setopt(multi_, CURLMOPT_PIPELINING, static_cast<long>(CURLPIPE_NOTHING));
}

CurlLoop::~CurlLoop() {
  curl_multi_cleanup(multi_);  // closes connections, and speaks of their sockets
  for (auto& [socket, watch] : watches_) {
    watch->gone = true;
    watch->descriptor.release();
  }
}

void CurlLoop::start(void* easy) {
  const Utf8Locale utf8;
  curl_multi_add_handle(multi_, easy);
}

void CurlLoop::stop(void* easy) {
  curl_multi_remove_handle(multi_, easy);
}

void CurlLoop::act(int socket, int events) {
  const Utf8Locale utf8;
  int running = 0;
  curl_multi_socket_action(multi_, socket, events, &running);
  int left = 0;
  while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
    if (message->msg == CURLMSG_DONE) on_done_(message->easy_handle, message->data.result);
  }
}

void CurlLoop::set_timer(long milliseconds) {
  if (milliseconds < 0) {
    timer_.cancel();
    return;
  }
  timer_.expires_after(std::chrono::milliseconds(milliseconds));
  const std::weak_ptr<const bool> alive = alive_;
  timer_.async_wait([this, alive](const boost::system::error_code& cancelled) {
    if (!cancelled && !alive.expired()) act(CURL_SOCKET_TIMEOUT, 0);
  });
}

void CurlLoop::watch(int socket, int events) {
  const auto found = watches_.find(socket);
  if (events == CURL_POLL_REMOVE) {
    if (found == watches_.end()) return;
    found->second->gone = true;
    found->second->descriptor.release();  // ends the waits; curl closes the socket
    watches_.erase(found);
    return;
  }
  const auto watch =
      found != watches_.end()
          ? found->second
          : watches_.emplace(socket, std::make_shared<Watch>(executor_, socket)).first->second;
  watch->events = events;
  wait(watch);
}

void CurlLoop::wait(const std::shared_ptr<Watch>& watch) {
  if ((watch->events & CURL_POLL_IN) != 0 && !watch->reading) wait_for(watch, false);
  if ((watch->events & CURL_POLL_OUT) != 0 && !watch->writing) wait_for(watch, true);
}

/// A wait that was begun continues when curl changes its mind; its end is not reported to curl
/// then.
void CurlLoop::wait_for(const std::shared_ptr<Watch>& watch, bool writable) {
  bool Watch::*const pending = writable ? &Watch::writing : &Watch::reading;
  const int wanted = writable ? CURL_POLL_OUT : CURL_POLL_IN;
  const int happened = writable ? CURL_CSELECT_OUT : CURL_CSELECT_IN;
  const int socket = watch->descriptor.native_handle();
  const auto kind = writable ? Descriptor::wait_write : Descriptor::wait_read;
  (*watch).*pending = true;
  watch->descriptor.async_wait(kind, [=, this](const boost::system::error_code& error) {
    (*watch).*pending = false;
    if (error || watch->gone) return;  // then this object may be gone, too
    if ((watch->events & wanted) != 0) act(socket, happened);
    if (!watch->gone) wait(watch);
  });
}

}  // namespace cdp
