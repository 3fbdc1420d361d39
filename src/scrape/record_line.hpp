// Records as lines of files, besides `to_json_line`.
#pragma once

#include <cdp/record.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// The record with the name of the file that holds its HTML instead of that; empty: there is none.
std::string to_index_line(const Record& record, const std::string& html_file);

/// The `seq` of a line that `to_json_line` or `to_index_line` made, without parsing all of it.
/// Nothing for other text.
std::optional<std::size_t> seq_of_line(std::string_view line);

}  // namespace cdp
