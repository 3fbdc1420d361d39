// Records as lines of files, besides `to_json_line`.
#pragma once

#include "output/output_text.hpp"
#include <cdp/record.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace cdp {

/// As `to_json_line`, with the line's end. The HTML goes from where it is right into the output: it
/// may be more than the memory that there is.
OutputText to_output_line(Record record);

/// The record's HTML, and what comes behind it.
OutputText to_html(Record record, std::string end);

/// The record's HTML in memory, wherever it is. @throws Error output_error
std::string text_of(const Record& record);

/// The record with the name of the file that holds its HTML instead of that; empty: there is none.
std::string to_index_line(const Record& record, const std::string& html_file);

/// The `seq` of a line that `to_json_line` or `to_index_line` made, without parsing all of it.
/// Nothing for other text.
std::optional<std::size_t> seq_of_line(std::string_view line);

}  // namespace cdp
