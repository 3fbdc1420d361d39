// How the structs of this layer name their members on the wire. Each says so once, in `fields()`;
// coding, decoding and the check against a live browser all read it there.
#pragma once

#include "base/ascii.hpp"

#include <string_view>
#include <tuple>

namespace cdp::protocol {

/// How a name on the wire is compared. Names of headers have no case.
enum class Case { matters, is_nothing };

template <class Struct, class Member>
struct Field {
  std::string_view name;
  Member Struct::*member;
  Case letters = Case::matters;

  bool is_called(std::string_view other) const {
    return letters == Case::matters ? name == other : equal_ignoring_case(name, other);
  }
};

template <class Struct, class Member>
constexpr Field<Struct, Member> field(std::string_view name, Member Struct::*member) {
  return {name, member};
}

/// A member that is a header.
template <class Struct, class Member>
constexpr Field<Struct, Member> header_field(std::string_view name, Member Struct::*member) {
  return {name, member, Case::is_nothing};
}

template <class T>
concept HasFields = requires { T::fields(); };

/// A CDP command: a method's name, its parameters as members, and a `Result`.
template <class T>
concept Command = HasFields<T> && requires { T::method; } && HasFields<typename T::Result>;

/// A CDP event: its name, and the members of its params that are used.
template <class T>
concept Event = HasFields<T> && requires { T::event; };

/// The result of a command that returns nothing of use.
struct Nothing {
  static constexpr auto fields() { return std::tuple(); }
};

}  // namespace cdp::protocol
