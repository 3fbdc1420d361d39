// What the machine does not give, and what other users of it must not get.
#include "support/program/cli_test.hpp"

#include <gmock/gmock.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <sstream>

namespace cdp::test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

class MachineTest : public CliTest {
 protected:
  /// The program after a command of the shell, such as `ulimit -n 64`.
  ProcessResult run_after(const std::string& command, std::vector<std::string> arguments) const {
    ProcessSpec spec = program(std::move(arguments));
    spec.argv.insert(spec.argv.begin(), {"/bin/sh", "-c", command + "; exec \"$0\" \"$@\""});
    return run_process(spec);
  }
};

TEST_F(MachineTest, ALimitThatIsTooLowIsNamedBeforeAnythingIsTouched) {
  struct Case {
    const char* command;
    const char* named;
  };
  const std::string output = write_file("precious.jsonl", "precious");
  for (const Case& entry :
       {Case{"ulimit -n 64", "ulimit -n 160"}, Case{"ulimit -n 24", "ulimit -n"},
        Case{"ulimit -f 100", "ulimit -f"}}) {
    const ProcessResult result =
        run_after(entry.command, {"--overwrite", "-o", output, server_.url("/static")});
    EXPECT_EQ(result.exit_code, 6) << result;
    EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr(entry.named))) << entry.command;
    EXPECT_EQ(read_file(output), "precious");
  }
  EXPECT_EQ(server_.count("/static"), 0);
}

TEST_F(MachineTest, AddressesThatDoNotDoForABrowserDoWithoutOne) {
  if (!run_after("ulimit -v 4000000", {"--version"}).ok())
    GTEST_SKIP() << "sanitizers reserve more";
  const ProcessResult browser = run_after("ulimit -v 4000000", {server_.url("/static")});
  EXPECT_EQ(browser.exit_code, 6) << browser;
  EXPECT_THAT(split_lines(browser.err), ElementsAre(HasSubstr("ulimit -v")));
  EXPECT_TRUE(run_after("ulimit -v 4000000", {"--fetch", "http", server_.url("/static")}).ok());
}

// What is not written because of a limit is not the disk's fault.
TEST_F(MachineTest, FilesThatMayNotGrowAreNamedByTheirLimit) {
  struct Case {
    std::vector<std::string> output;
    const char* limit;
    int exit_code;
    const char* named;
  };
  for (const Case& entry :
       {Case{{"--state", file_path("state"), "-o", file_path("a.jsonl")}, "4", 8, "the journal"},
        Case{{"-o", file_path("b.jsonl")}, "0", 5, "b.jsonl"},
        Case{{"--output-dir", file_path("pages")}, "0", 5, "/pages/"}}) {
    std::vector<std::string> arguments = entry.output;
    arguments.insert(arguments.end(), {"-q", "--fetch", "http", server_.url("/static")});
    const ProcessResult result =
        run_after("ulimit -f " + std::string(entry.limit), std::move(arguments));
    EXPECT_EQ(result.exit_code, entry.exit_code) << result;
    EXPECT_THAT(split_lines(result.err),
                ElementsAre(AllOf(HasSubstr(entry.named), HasSubstr("ulimit -f"))));
  }
}

// With `auto` the browser is started in the middle of a page, whose failure is the run's.
TEST_F(MachineTest, ABrowserThatCannotBeStartedIsToldOnce) {
  ProcessSpec spec = program({"-q", "--fetch", "auto", server_.url("/page/1")});
  spec.environment.push_back("TMPDIR=" + write_file("no-directory", ""));
  const ProcessResult result = run_process(spec);
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(split_lines(result.err), ElementsAre(HasSubstr("TMPDIR")));
}

// A document that there is no memory for is that page's failure alone.
TEST_F(MachineTest, ADocumentBeyondMemoryFailsAlone) {
  const std::string limit = "ulimit -v 700000";
  if (!run_after(limit, {"--version"}).ok()) GTEST_SKIP() << "sanitizers reserve more";
  server_.on("/huge", [](const Request&) {
    return Response{.body = "<!DOCTYPE html><p>" + std::string(std::size_t{500} << 20, 'x')};
  });
  const ProcessResult result =
      run_after(limit, {"--fetch", "http", "--max-body", "4000000000", "-c", "2", "--retries", "0",
                        server_.url("/huge"), server_.url("/static?1"), server_.url("/static?2")});
  EXPECT_EQ(result.exit_code, 3) << result;
  EXPECT_THAT(error_codes(parse_lines(result.out)), ElementsAre("too_large", nullptr, nullptr));
  EXPECT_THAT(result.err, HasSubstr("ulimit -v"));
}

TEST_F(MachineTest, ASoftLimitIsRaised) {
  const ProcessResult result = run_after("ulimit -S -n 30", {server_.url("/static")});
  EXPECT_TRUE(result.ok()) << result;
}

TEST_F(MachineTest, FewOpenFilesMeanFewPagesAtOnce) {
  std::vector<std::string> arguments = static_pages(6);
  arguments.insert(arguments.begin(), {"-c", "6"});
  const ProcessResult result = run_after("ulimit -n 200", arguments);
  EXPECT_TRUE(result.ok()) << result;
  EXPECT_THAT(result.err, HasSubstr("3 pages at a time instead of 6"));
}

TEST_F(MachineTest, RootWithoutCapabilitiesIsToldSo) {
  if (::geteuid() != 0) GTEST_SKIP() << "for root alone";
  ProcessSpec spec = program({server_.url("/static")});
  spec.argv.insert(spec.argv.begin(), {"setpriv", "--bounding-set=-all"});
  const ProcessResult result = run_process(spec);
  EXPECT_EQ(result.exit_code, 6) << result;
  EXPECT_THAT(split_lines(result.err),
              ElementsAre(AllOf(HasSubstr("CAP_SETUID"), HasSubstr("as an ordinary user"))));
}

TEST_F(MachineTest, APrivateTmpdirOfRootsIsNoObstacle) {
  if (::geteuid() != 0) GTEST_SKIP() << "for root alone";
  fs::permissions(leaks_.directory(), fs::perms::owner_all);
  const ProcessResult result = run({server_.url("/static")});
  EXPECT_TRUE(result.ok()) << result;
  const ProcessResult doctor = run({"doctor"});
  EXPECT_TRUE(doctor.ok()) << doctor;
  EXPECT_THAT(doctor.out, HasSubstr("the browser's user may not pass through"));
}

std::string command_line_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/cmdline", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// Whoever finds the port of a browser can read all that is in it, cookies too.
TEST_F(MachineTest, ABrowserWithSecretsHasNoPort) {
  const std::string cookies =
      write_file("cookies.json", R"([{"name":"c","value":"v","domain":"127.0.0.1"}])");
  const std::vector<std::vector<std::string>> secrets = {
      {"--cookie-file", cookies}, {"--auth", "user:word"}, {"-H", "Authorization: Bearer x"}, {}};
  for (const std::vector<std::string>& secret : secrets) {
    const std::string gate = "port" + std::to_string(&secret - secrets.data());
    std::vector<std::string> arguments = secret;
    arguments.push_back(server_.url("/gate/" + gate));
    RunningProcess scraper(program(arguments));
    ASSERT_TRUE(server_.wait_for_request("/gate/" + gate, patience));
    std::vector<std::string> lines;
    for (const pid_t process : leaks_.browser_processes())
      lines.push_back(command_line_of(process));
    EXPECT_THAT(lines, Contains(HasSubstr("--remote-debugging-pipe")));
    if (secret.empty()) {
      EXPECT_THAT(lines, Contains(HasSubstr("--remote-debugging-port")));
    } else {
      EXPECT_THAT(lines, Each(Not(HasSubstr("--remote-debugging-port"))));
    }
    server_.open_gate(gate);
    EXPECT_TRUE(scraper.wait(patience).ok());
  }
}

/// Inodes of the TCP sockets of this machine that somebody may connect to.
std::set<std::string> listening_sockets() {
  std::set<std::string> inodes;
  for (const char* table : {"/proc/net/tcp", "/proc/net/tcp6"}) {
    std::ifstream file(table);
    std::string line;
    std::getline(file, line);  // names of the columns
    while (std::getline(file, line)) {
      std::istringstream words(line);
      std::vector<std::string> columns{std::istream_iterator<std::string>(words), {}};
      if (columns.size() > 9 && columns[3] == "0A") inodes.insert("socket:[" + columns[9] + "]");
    }
  }
  return inodes;
}

std::set<std::string> open_files_of(pid_t process) {
  std::set<std::string> names;
  std::error_code ignored;
  const fs::path place = "/proc/" + std::to_string(process) + "/fd";
  for (fs::directory_iterator entry(place, ignored), end; entry != end; entry.increment(ignored))
    names.insert(fs::read_symlink(entry->path(), ignored).string());
  return names;
}

// Cookies are in the browser's memory, and in what it and the driver say to each other: nobody may
// connect to it, and another user cannot open what they have open, nor look into their directory.
TEST_F(MachineTest, AnotherUserDoesNotGetAtABrowserWithSecrets) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can be another user";
  const std::string cookies =
      write_file("cookies.json", R"([{"name":"c","value":"canary","domain":"127.0.0.1"}])");
  RunningProcess scraper(program({"--cookie-file", cookies, server_.url("/gate/secret")}));
  ASSERT_TRUE(server_.wait_for_request("/gate/secret", patience));
  std::vector<pid_t> processes = leaks_.browser_processes();
  ASSERT_FALSE(processes.empty());
  processes.push_back(scraper.pid());
  const std::set<std::string> sockets = listening_sockets();
  std::string places;
  for (const pid_t process : processes) {
    for (const std::string& name : open_files_of(process))
      EXPECT_EQ(sockets.count(name), 0U) << "process " << process << " can be connected to";
    const std::string directory = "/proc/" + std::to_string(process);
    places += directory + "/environ " + directory + "/mem " + directory + "/fd/* ";
  }
  std::string directories;
  for (const std::string& session : leaks_.session_directories())
    directories += (leaks_.directory() / session / "*").string() + " ";
  const std::string attempt =
      "for i in " + places + "; do head -c 100 $i && echo got $i; done; ls " + directories;
  const ProcessResult another = run_process({.argv = {"setpriv", "--reuid=54321", "--regid=54321",
                                                      "--clear-groups", "sh", "-c", attempt}});
  EXPECT_EQ(another.out, "") << another.err;
  EXPECT_THAT(another.err, HasSubstr("Permission denied")) << "it has tried";
  server_.open_gate("secret");
  EXPECT_TRUE(scraper.wait(patience).ok());
}

// A page that fills the disk loses its browser, until it is alone; its neighbours do not lose
// anything.
TEST_F(MachineTest, APageThatFillsTheDiskIsEnded) {
  server_.on("/fills", [](const Request&) {
    return Response{.body =
                        "<p>x<script>const open = indexedDB.open('d');"
                        "open.onupgradeneeded = () => open.result.createObjectStore('s', "
                        "{autoIncrement: true});"
                        "open.onsuccess = async () => { for (;;) { const t = "
                        "open.result.transaction('s', 'readwrite'); const b = new "
                        "Uint8Array(4 << 20); for (let i = 0; i < b.length; i += 65536) "
                        "crypto.getRandomValues(b.subarray(i, i + 65536)); "
                        "t.objectStore('s').add(b); await new Promise(done => { t.oncomplete = "
                        "done; t.onabort = done; t.onerror = done; }); } };</script>"};
  });
  std::vector<std::string> arguments = static_pages(4);
  arguments.insert(arguments.begin(), {"--browser-disk", "30", "-c", "2", "--delay", "8000",
                                       "--timeout", "60", server_.url("/fills")});
  const ProcessResult result = run(arguments);
  EXPECT_EQ(result.exit_code, 3) << result;
  const std::vector<Json> codes = error_codes(parse_lines(result.out));
  EXPECT_EQ(codes.front(), "storage_limit");
  EXPECT_EQ(std::count(codes.begin(), codes.end(), nullptr), 4) << result;
  EXPECT_THAT(result.err, HasSubstr("--browser-disk 30"));
}

}  // namespace
}  // namespace cdp::test
