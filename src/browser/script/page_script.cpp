#include "browser/script/page_script.hpp"

#include "protocol/codec.hpp"

#include <fmt/format.h>

namespace cdp {
namespace {

/// Members of `document` can be hidden by named elements, in every world.
constexpr std::string_view walk = R"js(
  const kindOf = (root) => (root instanceof Document ? Document : DocumentFragment).prototype;
  const shadowOf = Object.getOwnPropertyDescriptor(Element.prototype, 'shadowRoot').get;
  const elementsIn = (root) => Array.from(kindOf(root).querySelectorAll.call(root, '*'));
  const roots = [document];
)js";

/// Applications often keep the page still, and scroll parts of it, sometimes in shadow roots. All
/// that are large are scrolled, for nobody knows which one the content is in.
constexpr std::string_view scroll = R"js((() => {{
  {walk}
  const page = document.scrollingElement ?? document.documentElement;
  const below = (element) => element.scrollHeight - element.clientHeight;
  const area = (element) => element.clientWidth * element.clientHeight;
  const isLarge = (element) => area(element) * 5 >= innerWidth * innerHeight;
  const scrolls = (element) => below(element) > 0 && element !== page && isLarge(element) &&
      /auto|scroll|overlay/.test(getComputedStyle(element).overflowY);
  const scrollers = [page];
  for (const root of roots) {{
    for (const element of elementsIn(root)) {{
      const shadow = shadowOf.call(element);
      if (shadow) roots.push(shadow);
      if (scrolls(element)) scrollers.push(element);
    }}
  }}
  const moves = (element) => {{
    const before = element.scrollTop;
    element.scrollTo({{top: {to}, behavior: 'instant'}});
    return element.scrollTop !== before;
  }};
  return scrollers.map(moves).some(Boolean);
}})())js";

constexpr std::string_view find = R"js((() => {{
  {walk}
  for (const root of roots) {{
    if (kindOf(root).querySelector.call(root, {selector})) return true;
    for (const element of elementsIn(root)) {{
      const shadow = shadowOf.call(element);
      if (shadow) roots.push(shadow);
    }}
  }}
  return false;
}})())js";

constexpr std::string_view make_way = R"js((() => {{
  const ends = ['beforeunload', 'pagehide', 'unload', 'visibilitychange'];
  const waits = (target) => {{
    const listeners = getEventListeners(target);
    return ends.some((end) => end in listeners);
  }};
  if (window.name !== '' || waits(window) || waits(document)) return null;
  history.replaceState(null, '', {});
  return location.href;
}})())js";

}  // namespace

std::string make_way_expression(const std::string& url) {
  return fmt::format(make_way, protocol::quoted(url));
}

std::string selector_expression(const std::string& selector) {
  return fmt::format(find, fmt::arg("walk", walk),
                     fmt::arg("selector", protocol::quoted(selector)));
}

std::string scroll_down_expression() {
  return fmt::format(scroll, fmt::arg("walk", walk),
                     fmt::arg("to", "before + Math.max(element.clientHeight, 1)"));
}

std::string scroll_back_expression() {
  return fmt::format(scroll, fmt::arg("walk", walk), fmt::arg("to", "0"));
}

std::string function_expression(const std::string& function) {
  // Objects that a page's prototypes make look like promises are not awaited.
  return fmt::format(R"js((async (ask) => {{
  const isPromise = (value) => Object(value) === value && typeof value.then === 'function' &&
      value.then !== Object.prototype.then;
  const {{it}} = await ask();
  const value = typeof it === 'function' ? it() : it;
  return Boolean(isPromise(value) ? await value : value);
}})(async () => ({{__proto__: null, it: ({}
)}})))js",
                     function);
}

}  // namespace cdp
