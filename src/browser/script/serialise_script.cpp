#include "browser/script/serialise_script.hpp"

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
  let decoded = null;
  // Chromium's viewer of JSON leaves an element of its own for its button.
  if (/json$/.test(getter(Document, 'contentType')(document)))
    for (const node of Document.prototype.querySelectorAll.call(document, 'body > div.json-formatter-container:empty'))
      Element.prototype.remove.call(node);
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
          url: of('URL'), title: of('title'), charset: decoded ?? of('characterSet'), contentType: of('contentType')};
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
  const xml = new XMLSerializer(), serialise = xml.serializeToString, Xml = XMLDocument;
  const endsWith = ''.endsWith, isJson = (type) => call(endsWith, type, ['json']);
  const read = () => {
    const element = root(document);
    if (!element || document instanceof Xml || isJson(contentType(document))) return null;
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

/// What a server sent as XML. Chromium shows it in viewers of its own where it has no style: the
/// nodes are in the viewer's first element then; feeds are shown as text, and where their server
/// named no encoding in one that Chromium guesses, whatever they say themselves: where that has a
/// character for each byte, the bytes are known from it.
/// A stylesheet's result gets a banner that says how old such stylesheets are.
constexpr std::string_view xml_source = R"js(
  const isHtml = document instanceof HTMLDocument;
  const viewer = isHtml ? null : document.getElementById('webkit-xml-viewer-source-xml');
  const source = viewer && document.getElementById('xml-viewer-style') ? viewer : document;
  const put = (node) => node === root ? node.outerHTML : xml.serializeToString(node);
  const whole = () => Array.from(childNodes(source), put).join('');
  const banner = /<xslt-warning-banner [^>]*><\/xslt-warning-banner>/;
  const asDeclared = (shown) => {
    if (document.characterSet === 'UTF-8') return shown;
    const all = Uint8Array.from({length: 256}, (_, byte) => byte);
    const bytes = new Map(Array.from(new TextDecoder(document.characterSet).decode(all), (c, byte) => [c, byte]));
    bytes.delete('\ufffd');
    if (Array.from(shown).some((c) => !bytes.has(c))) return shown;
    const declared = /^<\?xml[^>]*encoding=["']([\w.:-]+)/.exec(shown)?.[1] ?? 'utf-8';
    try {
      const decoder = new TextDecoder(declared, {fatal: true});
      const again = decoder.decode(Uint8Array.from(shown, (c) => bytes.get(c)));
      decoded = decoder.encoding === 'utf-8' ? 'UTF-8' : decoder.encoding;
      return again;
    } catch {
      return shown;
    }
  };
  const isText = document.contentType === 'text/plain';
  const text = isText ? asDeclared(root.textContent) : isHtml ? whole().replace(banner, '') : whole();
)js";

/// The HTML Standard's "serializing HTML fragments", and beyond. What is still to be written stands
/// on a stack of its own, last first: no depth of a document is too much.
constexpr std::string_view tree = R"js(
  const words = (text) => new Set(text.split(' '));
  const voids = words('area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr');
  const raw = words('style script xmp iframe noembed noframes plaintext noscript');
  const nodeType = getter(Node, 'nodeType'), nodeValue = getter(Node, 'nodeValue');
  const localName = getter(Element, 'localName'), tagName = getter(Element, 'tagName');
  const namespaceURI = getter(Element, 'namespaceURI'), attributes = getter(Element, 'attributes');
  const shadowRoot = getter(Element, 'shadowRoot'), templateContent = getter(HTMLTemplateElement, 'content');
  const lastOf = getter(Node, 'lastChild'), previousOf = getter(Node, 'previousSibling');
  const parentOf = getter(Node, 'parentNode');
  const iframeWindow = getter(HTMLIFrameElement, 'contentWindow');
  const frameWindow = getter(HTMLFrameElement, 'contentWindow');
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
  const hasWindow = (element) =>
      element instanceof HTMLIFrameElement ? iframeWindow(element) !== null :
      element instanceof HTMLFrameElement && frameWindow(element) !== null;
  const isFrame = (element) => FRAMES && hasWindow(element);
  const putFrame = (element) => {
    const own = Element.prototype.getAttribute.call(element, 'srcdoc');
    put(' ', MARK, String(frames.length), ';', own === null ? '' : 'srcdoc="' + escapeValue(own) + '"',
        MARK, String(frames.length), ',');
    frames.push(element);
  };
  const pending = [];
  const later = (...given) => { for (const part of given) pending.push(part); };
  const putChildrenLater = (parent) => {
    for (let node = lastOf(parent); node !== null; node = previousOf(node)) pending.push(node);
  };
  const shadowOf = (element) =>
      SHADOW ? shadowRoot(element) ?? globalThis.cdpScrapeRoots?.get(element) : null;

  const putShadow = (shadow) => {
    put('<template shadowrootmode="', shadow.mode, '"');
    if (shadow.delegatesFocus) put(' shadowrootdelegatesfocus=""');
    if (shadow.serializable) put(' shadowrootserializable=""');
    if (shadow.clonable) put(' shadowrootclonable=""');
    put('>');
    later('</template>');
    putChildrenLater(shadow);
  };
  const putElement = (element) => {
    const isKnown = known.has(namespaceURI(element));
    const name = isKnown ? localName(element) : tagName(element);
    const isHtml = namespaceURI(element) === html;
    put('<', name);
    if (isFrame(element)) {
      putAttributes(element, 'srcdoc');
      putFrame(element);
    } else {
      putAttributes(element);
    }
    put('>');
    if (isHtml && voids.has(name)) return;
    later('</' + name + '>');
    putChildrenLater(element instanceof HTMLTemplateElement ? templateContent(element) : element);
    const shadow = shadowOf(element);
    if (shadow) putShadow(shadow);
  };
  const isRaw = (parent) =>
      nodeType(parent) === Node.ELEMENT_NODE && namespaceURI(parent) === html && raw.has(localName(parent));
  const putNode = (node) => {
    switch (nodeType(node)) {
      case Node.ELEMENT_NODE: return putElement(node);
      case Node.TEXT_NODE: return put(isRaw(parentOf(node)) ? nodeValue(node) : escapeText(nodeValue(node)));
      case Node.COMMENT_NODE: return put('<!--', nodeValue(node), '-->');
      case Node.PROCESSING_INSTRUCTION_NODE: return put('<?', node.target, ' ', nodeValue(node), '>');
      default: return put(xml.serializeToString(node));
    }
  };
  const putTree = (top) => {
    pending.push(top);
    while (pending.length > 0) {
      const next = pending.pop();
      typeof next === 'string' ? put(next) : putNode(next);
    }
  };

  if (document instanceof HTMLDocument) {
    for (const node of childNodes(document)) node === root ? putTree(node) : put(xml.serializeToString(node));
  } else {
    for (const node of childNodes(document)) put(node === root ? node.outerHTML : xml.serializeToString(node));
  }
  const text = parts.join('');
)js";

/// Replaces the first occurrence of a name.
void set(std::string& script, std::string_view name, const std::string& value) {
  for (std::size_t at = script.find(name); at != std::string::npos;
       at = script.find(name, at + value.size()))
    script.replace(at, name.size(), value);
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

std::string serialise_xml_expression() {
  return assemble(xml_source);
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
