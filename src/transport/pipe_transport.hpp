// CDP over a pair of pipes, the browser's descriptors 3 and 4.
#pragma once

#include "base/unique_fd.hpp"
#include <cdp/transport.hpp>

#include <boost/asio/any_io_executor.hpp>

#include <memory>

namespace cdp {

/// @param from_browser the end we read, @param to_browser the end we write; both become
/// non-blocking
std::unique_ptr<Transport> make_pipe_transport(const boost::asio::any_io_executor& executor,
                                               UniqueFd from_browser, UniqueFd to_browser);

}  // namespace cdp
