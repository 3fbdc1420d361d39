// Domain DOMStorage: https://chromedevtools.github.io/devtools-protocol/tot/DOMStorage/
#pragma once

#include "protocol/field.hpp"

#include <string_view>
#include <tuple>

namespace cdp::protocol::dom_storage {

struct Enable {
  static constexpr std::string_view method = "DOMStorage.enable";
  using Result = Nothing;
  static constexpr auto fields() { return std::tuple(); }
};

struct StorageId {
  static constexpr std::string_view type_name = "DOMStorage.StorageId";
  bool is_local_storage = false;  ///< or that of the tab
  static constexpr auto fields() {
    return std::tuple(field("isLocalStorage", &StorageId::is_local_storage));
  }
};

struct ItemAdded {
  static constexpr std::string_view event = "DOMStorage.domStorageItemAdded";
  StorageId storage_id;
  static constexpr auto fields() { return std::tuple(field("storageId", &ItemAdded::storage_id)); }
};

}  // namespace cdp::protocol::dom_storage
