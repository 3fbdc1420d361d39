#include "browser/serialise_script.hpp"

#include "protocol/codec.hpp"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <string_view>

namespace cdp {
namespace {

/// UTF-16 units in one reply. Chromium writes six bytes for one that is not ASCII.
constexpr std::size_t slice_units = std::size_t{1} << 20;

/// What every serialiser begins with. Properties come from their prototypes: elements with a name,
/// such as `<img name="URL">`, hide those of `document` and of forms, in every world.
constexpr std::string_view prelude = R"js(
  const getter = (type, name) => {
    const get = Object.getOwnPropertyDescriptor(type.prototype, name).get;
    return (node) => get.call(node);
  };
  const childNodes = getter(Node, 'childNodes');
  const root = getter(Document, 'documentElement')(document);
  const xml = new XMLSerializer();
)js";

/// What it ends with. A cut never separates the halves of a surrogate pair.
constexpr std::string_view ending = R"js(
  const cut = (from) => {
    let to = Math.min(from + SLICE, text.length);
    if (to < text.length && /[\ud800-\udbff]/.test(text[to - 1])) to -= 1;
    return {part: text.slice(from, to), end: to};
  };
  const first = cut(0);
  globalThis.cdpScrapeCut = first.end < text.length ? cut : undefined;
  const of = (name) => getter(Document, name)(document);
  return {...first, length: text.length, frames: globalThis.cdpScrapeFrames?.length ?? 0,
          url: of('URL'), title: of('title'), charset: of('characterSet'), contentType: of('contentType')};
)js";

/// Everything it calls is taken before the page can replace it.
constexpr std::string_view reader = R"js((() => {
  const key = Symbol.for('cdp-scrape.reader');
  if (window !== window.top || window[key]) return;
  const call = Reflect.apply, nothing = [];
  const getter = (type, name) => {
    const get = Object.getOwnPropertyDescriptor(type.prototype, name).get;
    return (node) => call(get, node, nothing);
  };
  const first = getter(Node, 'firstChild'), next = getter(Node, 'nextSibling');
  const root = getter(Document, 'documentElement'), outerHtml = getter(Element, 'outerHTML');
  const url = getter(Document, 'URL'), title = getter(Document, 'title');
  const charset = getter(Document, 'characterSet'), contentType = getter(Document, 'contentType');
  const xml = new XMLSerializer(), serialise = xml.serializeToString;
  const read = () => {
    const element = root(document);
    if (!element) return null;
    let text = '';
    for (let node = first(document); node; node = next(node))
      text += node === element ? outerHtml(node) : call(serialise, xml, [node]);
    if (text.length > SLICE) return null;
    return {part: text, end: text.length, length: text.length, url: url(document), title: title(document),
            charset: charset(document), contentType: contentType(document)};
  };
  Object.defineProperty(window, key, {value: read});
})())js";

constexpr std::string_view outer_html = R"js(
  const text = Array.from(childNodes(document), (node) =>
      node === root ? node.outerHTML : xml.serializeToString(node)).join('');
)js";

/// The HTML Standard's "serializing HTML fragments", and beyond.
constexpr std::string_view tree = R"js(
  const words = (text) => new Set(text.split(' '));
  const voids = words('area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr');
  const raw = words('style script xmp iframe noembed noframes plaintext noscript');
  const nodeType = getter(Node, 'nodeType'), nodeValue = getter(Node, 'nodeValue');
  const localName = getter(Element, 'localName'), tagName = getter(Element, 'tagName');
  const namespaceURI = getter(Element, 'namespaceURI'), attributes = getter(Element, 'attributes');
  const shadowRoot = getter(Element, 'shadowRoot'), templateContent = getter(HTMLTemplateElement, 'content');
  const contentWindow = getter(HTMLIFrameElement, 'contentWindow');
  const html = 'http://www.w3.org/1999/xhtml';
  const known = words(html + ' http://www.w3.org/2000/svg http://www.w3.org/1998/Math/MathML');
  const prefixes = {'http://www.w3.org/XML/1998/namespace': 'xml:', 'http://www.w3.org/1999/xlink': 'xlink:'};
  const xmlns = 'http://www.w3.org/2000/xmlns/';
  const names = {'&': '&amp;', '\u00a0': '&nbsp;', '<': '&lt;', '>': '&gt;', '"': '&quot;'};
  const escapeText = (text) => text.replace(/[&\u00a0<>]/g, (c) => names[c]);
  const escapeValue = (text) => text.replace(/[&\u00a0<>"]/g, (c) => names[c]);
  const frames = globalThis.cdpScrapeFrames = [];
  const parts = [];
  const put = (...given) => { for (const part of given) parts.push(part); };

  const attributeName = (attribute) => {
    const space = attribute.namespaceURI;
    if (space === null) return attribute.localName;
    if (space === xmlns) return attribute.localName === 'xmlns' ? 'xmlns' : 'xmlns:' + attribute.localName;
    return space in prefixes ? prefixes[space] + attribute.localName : attribute.name;
  };
  const putAttributes = (element, replaced) => {
    for (const attribute of attributes(element)) {
      const name = attributeName(attribute);
      if (name !== replaced) put(' ', name, '="', escapeValue(attribute.value), '"');
    }
  };
  const isFrame = (element) =>
      FRAMES && element instanceof HTMLIFrameElement && contentWindow(element) !== null;
  const shadowOf = (element) =>
      SHADOW ? shadowRoot(element) ?? globalThis.cdpScrapeRoots?.get(element) : null;

  const putShadow = (shadow) => {
    put('<template shadowrootmode="', shadow.mode, '"');
    if (shadow.delegatesFocus) put(' shadowrootdelegatesfocus=""');
    if (shadow.serializable) put(' shadowrootserializable=""');
    if (shadow.clonable) put(' shadowrootclonable=""');
    put('>');
    putChildren(shadow);
    put('</template>');
  };
  const putElement = (element) => {
    const isKnown = known.has(namespaceURI(element));
    const name = isKnown ? localName(element) : tagName(element);
    const isHtml = namespaceURI(element) === html;
    put('<', name);
    if (isFrame(element)) {
      putAttributes(element, 'srcdoc');
      put(' srcdoc="', MARK, String(frames.length), ';"');
      frames.push(element);
    } else {
      putAttributes(element);
    }
    put('>');
    if (isHtml && voids.has(name)) return;
    const shadow = shadowOf(element);
    if (shadow) putShadow(shadow);
    putChildren(element instanceof HTMLTemplateElement ? templateContent(element) : element);
    put('</', name, '>');
  };
  const putNode = (node, parent) => {
    switch (nodeType(node)) {
      case Node.ELEMENT_NODE: return putElement(node);
      case Node.TEXT_NODE: {
        const isRaw = nodeType(parent) === Node.ELEMENT_NODE && namespaceURI(parent) === html && raw.has(localName(parent));
        return put(isRaw ? nodeValue(node) : escapeText(nodeValue(node)));
      }
      case Node.COMMENT_NODE: return put('<!--', nodeValue(node), '-->');
      case Node.PROCESSING_INSTRUCTION_NODE: return put('<?', node.target, ' ', nodeValue(node), '>');
      default: return put(xml.serializeToString(node));
    }
  };
  const putChildren = (parent) => { for (const node of childNodes(parent)) putNode(node, parent); };

  if (document instanceof HTMLDocument) {
    for (const node of childNodes(document)) node === root ? putElement(node) : put(xml.serializeToString(node));
  } else {
    for (const node of childNodes(document)) put(node === root ? node.outerHTML : xml.serializeToString(node));
  }
  const text = parts.join('');
)js";

/// Replaces the first occurrence of a name.
void set(std::string& script, std::string_view name, const std::string& value) {
  script.replace(script.find(name), name.size(), value);
}

std::string assemble(std::string_view middle) {
  std::string script = "(() => {";
  script.append(prelude).append(middle).append(ending).append("})()");
  set(script, "SLICE", std::to_string(slice_units));
  return script;
}

}  // namespace

std::string reader_script() {
  std::string script(reader);
  set(script, "SLICE", std::to_string(slice_units));
  return script;
}

std::string_view reader_expression() {
  return "window[Symbol.for('cdp-scrape.reader')]?.()";
}

std::string serialise_expression() {
  return assemble(outer_html);
}

std::string serialise_all_expression(const std::string& frame_mark, bool shadow_roots) {
  std::string script = assemble(tree);
  set(script, "FRAMES", frame_mark.empty() ? "false" : "true");
  set(script, "SHADOW", shadow_roots ? "true" : "false");
  set(script, "MARK", protocol::quoted(frame_mark));
  return script;
}

std::string next_slice_expression(std::size_t from) {
  return fmt::format("cdpScrapeCut({})", from);
}

std::string frame_expression(int number) {
  return fmt::format("cdpScrapeFrames[{}]", number);
}

std::string take_shadow_roots_function() {
  return "function (...nodes) {"
         "  const roots = nodes.map((node) => node.getRootNode());"
         "  globalThis.cdpScrapeRoots = new Map(roots.map((root) => [root.host, root]));"
         "}";
}

}  // namespace cdp
