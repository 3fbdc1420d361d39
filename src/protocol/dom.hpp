// Domains DOM and DOMSnapshot: https://chromedevtools.github.io/devtools-protocol/tot/DOM/
#pragma once

#include "protocol/field.hpp"
#include "protocol/runtime.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace cdp::protocol::dom {

struct Node {
  static constexpr std::string_view type_name = "DOM.Node";
  std::optional<std::string> frame_id;  ///< of the frame that this element owns
  static constexpr auto fields() { return std::tuple(field("frameId", &Node::frame_id)); }
};

struct DescribeNode {
  static constexpr std::string_view method = "DOM.describeNode";
  std::string object_id;
  struct Result {
    Node node;
    static constexpr auto fields() { return std::tuple(field("node", &Result::node)); }
  };
  static constexpr auto fields() { return std::tuple(field("objectId", &DescribeNode::object_id)); }
};

/// A node as a remote object of a world.
struct ResolveNode {
  static constexpr std::string_view method = "DOM.resolveNode";
  std::int64_t backend_node_id = 0;
  std::optional<int> execution_context_id;
  struct Result {
    runtime::RemoteObject object;
    static constexpr auto fields() { return std::tuple(field("object", &Result::object)); }
  };
  static constexpr auto fields() {
    return std::tuple(field("backendNodeId", &ResolveNode::backend_node_id),
                      field("executionContextId", &ResolveNode::execution_context_id));
  }
};

}  // namespace cdp::protocol::dom

namespace cdp::protocol::dom_snapshot {

/// Strings that few nodes have: node indices, and for each the index of its string.
struct RareStringData {
  static constexpr std::string_view type_name = "DOMSnapshot.RareStringData";
  std::vector<int> index;
  std::vector<int> value;
  static constexpr auto fields() {
    return std::tuple(field("index", &RareStringData::index),
                      field("value", &RareStringData::value));
  }
};

struct NodeTreeSnapshot {
  static constexpr std::string_view type_name = "DOMSnapshot.NodeTreeSnapshot";
  std::optional<RareStringData> shadow_root_type;
  std::vector<std::int64_t> backend_node_id;
  static constexpr auto fields() {
    return std::tuple(field("shadowRootType", &NodeTreeSnapshot::shadow_root_type),
                      field("backendNodeId", &NodeTreeSnapshot::backend_node_id));
  }
};

struct DocumentSnapshot {
  static constexpr std::string_view type_name = "DOMSnapshot.DocumentSnapshot";
  NodeTreeSnapshot nodes;
  static constexpr auto fields() { return std::tuple(field("nodes", &DocumentSnapshot::nodes)); }
};

/// All documents of a target as flat tables, however deep their trees are.
struct CaptureSnapshot {
  static constexpr std::string_view method = "DOMSnapshot.captureSnapshot";
  std::vector<std::string> computed_styles;
  struct Result {
    std::vector<DocumentSnapshot> documents;
    std::vector<std::string> strings;
    static constexpr auto fields() {
      return std::tuple(field("documents", &Result::documents), field("strings", &Result::strings));
    }
  };
  static constexpr auto fields() {
    return std::tuple(field("computedStyles", &CaptureSnapshot::computed_styles));
  }
};

}  // namespace cdp::protocol::dom_snapshot
