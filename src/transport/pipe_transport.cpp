#include "transport/pipe_transport.hpp"

#include "transport/nul_framing.hpp"
#include <cdp/error.hpp>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <array>
#include <vector>

namespace cdp {
namespace {

constexpr auto as_result = boost::asio::as_tuple(boost::asio::use_awaitable);

Error ended(const boost::system::error_code& error) {
  return Error(errc::browser_crashed, "the pipe to the browser ended: " + error.message());
}

class PipeTransport final : public Transport {
 public:
  PipeTransport(const boost::asio::any_io_executor& executor, UniqueFd from_browser,
                UniqueFd to_browser)
      : input_(executor, from_browser.release()),
        output_(executor, to_browser.release()),
        chunk_(1 << 16) {}

  Task<std::string> read() override {
    for (;;) {
      if (std::optional<std::string> message = framing_.next()) co_return std::move(*message);
      const auto into = boost::asio::buffer(chunk_);
      const auto [error, count] = co_await input_.async_read_some(into, as_result);
      if (error) throw ended(error);
      framing_.append({chunk_.data(), count});
    }
  }

  Task<void> write(std::string_view message) override {
    static constexpr char end_of_message = '\0';
    const std::array<boost::asio::const_buffer, 2> parts = {
        boost::asio::buffer(message), boost::asio::buffer(&end_of_message, 1)};
    const auto [error, count] = co_await boost::asio::async_write(output_, parts, as_result);
    if (error) throw ended(error);
  }

  void close() noexcept override {
    boost::system::error_code ignored;
    input_.close(ignored);
    output_.close(ignored);
  }

  std::string description() const override { return "pipe"; }

 private:
  boost::asio::posix::stream_descriptor input_;
  boost::asio::posix::stream_descriptor output_;
  std::vector<char> chunk_;
  NulFraming framing_;
};

}  // namespace

std::unique_ptr<Transport> make_pipe_transport(const boost::asio::any_io_executor& executor,
                                               UniqueFd from_browser, UniqueFd to_browser) {
  return std::make_unique<PipeTransport>(executor, std::move(from_browser), std::move(to_browser));
}

}  // namespace cdp
