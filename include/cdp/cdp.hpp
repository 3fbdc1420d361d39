// Everything this library offers.
#pragma once

#include <cdp/browser.hpp>
#include <cdp/browser_context.hpp>
#include <cdp/document.hpp>
#include <cdp/error.hpp>
#include <cdp/fire_and_forget.hpp>
#include <cdp/gather.hpp>
#include <cdp/log.hpp>
#include <cdp/options.hpp>
#include <cdp/page.hpp>
#include <cdp/race.hpp>
#include <cdp/record.hpp>
#include <cdp/scrape.hpp>
#include <cdp/session.hpp>
#include <cdp/spawn.hpp>
#include <cdp/sync.hpp>
#include <cdp/task.hpp>
#include <cdp/transport.hpp>
#include <cdp/version.hpp>
