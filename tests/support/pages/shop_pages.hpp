#pragma once

// The pages that the commands of docs/recipes.md scrape: a small shop.
//
//   /products/N         1 to 8; a script makes its title, heading and price
//   /articles/N         1 to 8; text, without scripts
//   /list               40 items, of which ten are there and the rest come when one scrolls
//   /busy               status 503 the first time, then a page
//   /login, /account    a form that sets a cookie, and a page that wants it
//   /files/terms.pdf    a PDF
//   /private/…          what robots.txt forbids
//   /sitemap.xml        three products

#include "support/server/test_server.hpp"

namespace cdp::test {

void add_shop_pages(TestServer& server);

}  // namespace cdp::test
