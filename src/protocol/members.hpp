// What of a message somebody reads: of Chromium's events most is of no use to us.
#pragma once

#include "protocol/codec.hpp"
#include "protocol/field.hpp"

#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace cdp::protocol {

/// The members of a JSON value that somebody reads, by their names on the wire. Of a list, it is
/// the elements that have members.
class Members {
 public:
  using Named = std::vector<std::pair<std::string_view, Members>>;

  /// All there are.
  Members() = default;

  /// Those named, and of each what its own Members say.
  explicit Members(Named named) : all_(false), named_(std::move(named)) {}

  /// What `decode<T>` reads.
  template <class T>
  static Members of();

  bool has_all() const { return all_; }

  /// Null: nobody reads a member of that name.
  const Members* find(std::string_view name) const {
    if (all_) return this;
    for (const auto& [known, members] : named_) {
      if (known == name) return &members;
    }
    return nullptr;
  }

 private:
  bool all_ = true;
  Named named_;
};

template <class T>
Members Members::of() {
  if constexpr (is_optional<T>::value || is_vector<T>::value) {
    return of<typename T::value_type>();
  } else if constexpr (HasFields<T>) {
    Named named;
    const auto add = [&]<class Member>(const Field<T, Member>& field) {
      named.emplace_back(field.name, of<Member>());
    };
    std::apply([&](const auto&... field) { (add(field), ...); }, T::fields());
    return Members(std::move(named));
  } else {
    return {};
  }
}

/// For whoever reads all there is.
inline const Members& all_members() {
  static const Members all;
  return all;
}

}  // namespace cdp::protocol
