// A file of records without some of them.
#pragma once

#include "output/compressor.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>

namespace cdp {

/// Copies the lines of a file of records, in constant memory.
/// @param length how much of `from` there is to read
/// @param keep by `seq`: whether the line goes into `to`
/// @return the length of `to`, which is on the disk then
/// @throws Error output_error when `to` cannot be written (it is removed then); state_error when
/// `from` does not hold records
std::uint64_t rewrite_records(const std::string& from, std::uint64_t length, const std::string& to,
                              Compression compression,
                              const std::function<bool(std::size_t seq)>& keep);

}  // namespace cdp
