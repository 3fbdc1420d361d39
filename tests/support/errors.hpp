// What calls throw.
#pragma once

#include <cdp/error.hpp>
#include <cdp/task.hpp>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace cdp::test {

/// The error that a call throws; the test fails when it throws none.
template <class Call>
Error error_of(Call call) {
  try {
    call();
  } catch (const Error& error) {
    return error;
  }
  ADD_FAILURE() << "nothing was thrown";
  return Error(errc::internal, "nothing was thrown");
}

/// What a coroutine throws; `internal` with a text that says so when it does not.
template <class T>
Task<Error> fault_of(Task<T> task) {
  Error caught(errc::internal, "nothing was thrown");
  try {
    co_await std::move(task);
  } catch (const Error& error) {
    caught = error;
  }
  co_return caught;
}

/// Expects that a call throws an error of that code, whose text holds `text`.
template <class Call>
void expect_error(errc code, const std::string& text, Call call) {
  const Error error = error_of(call);
  EXPECT_EQ(error.code(), code) << error.what();
  EXPECT_THAT(error.what(), testing::HasSubstr(text));
}

}  // namespace cdp::test
