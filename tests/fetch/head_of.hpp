// What a server says before the body, from its lines.
#pragma once

#include "fetch/answer_head.hpp"

#include <string>
#include <vector>

namespace cdp::test {

inline AnswerHead head_of(const std::vector<std::string>& lines) {
  AnswerHead head;
  for (const std::string& line : lines)
    if (!head.take(line + "\r\n")) break;
  return head;
}

}  // namespace cdp::test
