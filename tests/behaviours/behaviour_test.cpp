// Every page behaviour of behaviours.cpp, many at once and one after the other.
#include "behaviours.hpp"
#include "support/program/cli_test.hpp"

#include <map>

namespace cdp::test {
namespace {

/// Path, query and fragment of a URL.
std::string path_of(const std::string& url) {
  const std::size_t host = url.find("://");
  return host == std::string::npos ? url
                                   : url.substr(std::min(url.find('/', host + 3), url.size()));
}

std::string text_of(const Json& record, const char* member) {
  return record.at(member).is_string() ? record.at(member).get<std::string>() : std::string();
}

/// Why the page did not go where it wanted to.
std::string ways_of(const Json& record) {
  std::string ways;
  for (const Json& attempt : record.at("not_followed"))
    ways += (ways.empty() ? "" : " ") + attempt.at("why").get<std::string>();
  return ways;
}

/// What is known of a page's document by its load event: what happens later need not have happened.
BehaviourGroup at_load(BehaviourGroup group) {
  for (Behaviour& behaviour : group.behaviours) {
    const Expected& whole = behaviour.expected;
    const bool may_go_on = whole.final_path || whole.redirects || whole.not_followed;
    Expected known{.status = may_go_on ? std::nullopt : whole.status};
    if (!may_go_on) known.content_type = whole.content_type;
    known.outcome = behaviour.fails_later ? std::nullopt : whole.outcome;
    if (!behaviour.fails_later) known.code = whole.code;
    behaviour.expected = known;
  }
  return group;
}

class BehaviourTest : public CliTest {
 protected:
  std::string url_of(const Behaviour& behaviour) const {
    return behaviour.url.starts_with('/') ? server_.url(behaviour.url) : behaviour.url;
  }

  void expect(const Behaviour& behaviour, const Json& record) {
    SCOPED_TRACE(behaviour.name + ": " + without_html(record));
    const Expected& expected = behaviour.expected;
    if (expected.outcome) {
      EXPECT_EQ(record.at("outcome"), *expected.outcome);
    }
    if (expected.code) {
      EXPECT_EQ(
          record.at("error").is_null() ? "" : record.at("error").at("code").get<std::string>(),
          *expected.code);
    }
    if (expected.status) {
      EXPECT_EQ(record.at("status"), *expected.status);
    }
    if (expected.ended_by) {
      EXPECT_EQ(record.at("wait").at("ended_by"), *expected.ended_by);
    }
    if (expected.partial) {
      EXPECT_EQ(record.at("partial"), *expected.partial);
    }
    if (expected.final_path) {
      EXPECT_EQ(path_of(text_of(record, "final_url")), *expected.final_path);
    }
    if (expected.redirects) {
      EXPECT_EQ(record.at("redirects").size(), *expected.redirects);
    }
    if (expected.content_type) {
      EXPECT_EQ(record.at("content_type"), *expected.content_type);
    }
    if (expected.charset) {
      EXPECT_EQ(record.at("charset"), *expected.charset);
    }
    if (expected.dialogs) {
      EXPECT_EQ(record.at("dialogs"), *expected.dialogs);
    }
    if (expected.popups) {
      EXPECT_EQ(record.at("popups").size(), *expected.popups);
    }
    if (expected.attempts) {
      EXPECT_EQ(record.at("attempts"), *expected.attempts);
    }
    if (expected.not_followed) {
      EXPECT_EQ(ways_of(record), *expected.not_followed);
    }
    for (const std::string& text : expected.pending)
      EXPECT_NE(record.at("wait").at("pending").dump().find(text), std::string::npos) << text;
    expect_html(expected, text_of(record, "html"));
  }

  void expect_group(const BehaviourGroup& group, const std::vector<std::string>& more_options) {
    std::vector<std::string> arguments = {"-q", "-f", "jsonl"};
    arguments.insert(arguments.end(), group.options.begin(), group.options.end());
    arguments.insert(arguments.end(), more_options.begin(), more_options.end());
    for (const Behaviour& behaviour : group.behaviours)
      arguments.push_back(url_of(behaviour));
    const ProcessResult result = run(arguments);
    const std::vector<Json> records = parse_lines(result.out);
    ASSERT_EQ(records.size(), group.behaviours.size()) << result.err;
    for (std::size_t i = 0; i < records.size(); ++i)
      expect(group.behaviours[i], records[i]);
  }

 private:
  static std::string without_html(Json record) {
    record.erase("html");
    return record.dump();
  }

  static void expect_html(const Expected& expected, const std::string& html) {
    for (const std::string& text : expected.html) {
      EXPECT_NE(html.find(text), std::string::npos)
          << "missing " << text << " in " << html.substr(0, 500);
    }
    for (const std::string& text : expected.no_html)
      EXPECT_EQ(html.find(text), std::string::npos) << text;
  }
};

TEST_F(BehaviourTest, AreAtLeastSeventy) {
  std::map<std::string, int> names;
  for (const BehaviourGroup& group : all_behaviours(server_)) {
    for (const Behaviour& behaviour : group.behaviours)
      EXPECT_EQ(++names[behaviour.name], 1) << behaviour.name;
  }
  EXPECT_GE(names.size(), 70U);
}

/// Without frames and shadow roots, the serialiser that can do more must write what Chromium's own
/// does.
TEST_F(BehaviourTest, BothSerialisersWriteTheSame) {
  std::vector<std::string> urls;
  for (const char* path :
       {"/static", "/page/1", "/overrides", "/big-cjk?mb=2", "/surrogates", "/xhtml", "/svg",
        "/json", "/text", "/frameset", "/charset/shift_jis", "/csp", "/b/odd"})
    urls.push_back(server_.url(path));
  server_.on("/b/odd", [](const Request&) {
    return Response{.body =
                        "<!DOCTYPE html><!--c--><html a='&amp;&nbsp;<>\"'><noscript><p></noscript>"
                        "<body><pre>\n\nx</pre><textarea>\n\n<b></textarea><svg xlink:href='#x' "
                        "viewBox='0 0 1 1'><foreignObject><p>&lt;</svg><math><mi>x</math>"
                        "<template><p>in<template><b></template></template><xmp><&amp;</xmp>"
                        "<style>a > b {}</style><iframe>raw <b></iframe><table><td>&nbsp;&gt;"
                        "<script>document.body.append(document.createElementNS('urn:x', 'a:B'), "
                        "document.createElementNS('urn:x', 'c'), '<&>\\u00a0');"
                        "document.body.setAttributeNS('urn:x', 'x:Y', '1')</script>"};
  });
  const auto html_with = [&](std::vector<std::string> options) {
    options.insert(options.begin(), {"-q", "-f", "jsonl"});
    options.insert(options.end(), urls.begin(), urls.end());
    return column(parse_lines(run(options).out), "html");
  };
  const std::vector<Json> plain = html_with({});
  EXPECT_EQ(plain.size(), urls.size());
  EXPECT_EQ(html_with({"--shadow"}), plain);
}

TEST_F(BehaviourTest, LeadToTheirRecordsConcurrently) {
  for (const BehaviourGroup& group : all_behaviours(server_))
    expect_group(group, {});
}

TEST_F(BehaviourTest, LeadToTheirRecordsOneAfterTheOther) {
  for (const BehaviourGroup& group : all_behaviours(server_)) {
    if (group.options.front() != "--timeout" || group.options[1] != "4")
      expect_group(group, {"-c", "1"});
  }
}

TEST_F(BehaviourTest, LeadToTheirDocumentsAtLoad) {
  for (const BehaviourGroup& group : all_behaviours(server_))
    expect_group(at_load(group), {"--wait", "load", "-c", "8"});
}

TEST_F(BehaviourTest, LeadToTheirDocumentsWhenTheNetworkIsIdle) {
  for (const BehaviourGroup& group : all_behaviours(server_))
    expect_group(at_load(group), {"--wait", "networkidle", "-c", "8"});
}

TEST_F(BehaviourTest, LeadToTheirRecordsInUsedTargets) {
  for (const BehaviourGroup& group : all_behaviours(server_))
    expect_group(group, {"--recycle", "50"});
}

TEST_F(BehaviourTest, LeadToTheirRecordsWithPacedFrames) {
  for (const BehaviourGroup& group : all_behaviours(server_))
    expect_group(group, {"--frames", "paced"});
}

}  // namespace
}  // namespace cdp::test
