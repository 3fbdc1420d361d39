// The one file that knows SQLite.
#include "output/journal.hpp"

#include "base/ascii.hpp"
#include "base/system/limits.hpp"
#include "output/state_lock.hpp"
#include <cdp/error.hpp>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <random>
#include <system_error>
#include <utility>

namespace cdp {
namespace fs = std::filesystem;
namespace {

/// "CDPS": tells our files from those of other programs.
constexpr std::int64_t application_id = 0x43445053;
constexpr std::int64_t schema_version = 1;

constexpr const char* schema =
    "CREATE TABLE done (seq INTEGER PRIMARY KEY, url_hash INTEGER NOT NULL, outcome INTEGER NOT "
    "NULL) STRICT;"
    "CREATE TABLE output (id INTEGER PRIMARY KEY CHECK (id = 1), path TEXT NOT NULL, form TEXT NOT "
    "NULL, committed INTEGER NOT NULL, replacing INTEGER NOT NULL) STRICT;"
    "PRAGMA application_id = 1128550483;"
    "PRAGMA user_version = 1;";

constexpr const char* start_over =
    "start over with another --state directory and another output, or restore both from a copy";

/// SQLite is told not to follow links, and means those on the way as well.
std::string database_path(const fs::path& directory) {
  std::error_code error;
  const fs::path place = fs::canonical(directory, error);
  return ((error ? directory : place) / "journal.sqlite").string();
}

/// `--wait load was auto, --shadow is missing`
std::string describe_difference(const RunSettings& before, const RunSettings& now) {
  std::vector<std::string> parts;
  const auto named = [](const std::string& name, const std::string& value) {
    return value.empty() || value == "true" ? name : name + " " + value;
  };
  for (const auto& [name, value] : now) {
    const auto former = before.find(name);
    if (former == before.end()) {
      parts.push_back(named(name, value) + " is new");
    } else if (former->second != value) {
      parts.push_back(fmt::format("{} {} was {}", name, value, former->second));
    }
  }
  for (const auto& [name, value] : before)
    if (!now.contains(name)) parts.push_back(named(name, value) + " is missing");
  return fmt::format("{}", fmt::join(parts, ", "));
}

}  // namespace

std::uint64_t hash_of(std::string_view url) {
  constexpr std::uint64_t basis = 0xcbf29ce484222325;
  constexpr std::uint64_t prime = 0x100000001b3;
  std::uint64_t hash = basis;
  for (const char c : url)
    hash = (hash ^ static_cast<unsigned char>(c)) * prime;
  return hash;
}

/// SQLite's functions, with exceptions and owners.
class Journal::Database {
 public:
  explicit Database(std::string path) : path_(std::move(path)) {
    const int code =
        sqlite3_open_v2(path_.c_str(), &handle_,
                        SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOFOLLOW, nullptr);
    if (code == SQLITE_OK) return;
    const Error error = fault(code);
    sqlite3_close(handle_);
    throw error;
  }
  Database(const Database&) = delete;
  Database& operator=(const Database&) = delete;
  ~Database() {
    for (sqlite3_stmt* statement : {insert_, page_, find_})
      sqlite3_finalize(statement);
    sqlite3_close(handle_);
  }

  const std::string& path() const { return path_; }

  /// From here on what cannot be written is the disk's fault.
  void opened() { opened_ = true; }

  Error damaged(const std::string& what) const {
    return Error(errc::state_error,
                 fmt::format("the journal {} is damaged ({}): {}", path_, what, start_over));
  }

  /// Statements without parameters and results.
  void execute(const char* sql) {
    const int code = sqlite3_exec(handle_, sql, nullptr, nullptr, nullptr);
    if (code != SQLITE_OK) throw fault(code);
  }

  /// All of `body` or nothing of it.
  template <class Body>
  void transact(Body body) {
    execute("BEGIN IMMEDIATE");
    try {
      body();
      execute("COMMIT");
    } catch (...) {
      // The first fault is the one to be told.
      sqlite3_exec(handle_, "ROLLBACK", nullptr, nullptr, nullptr);
      throw;
    }
  }

  std::int64_t number(const char* sql) {
    std::int64_t value = 0;
    rows(sql, [&](sqlite3_stmt* row) { value = sqlite3_column_int64(row, 0); });
    return value;
  }

  std::string text(const char* sql) {
    std::string value;
    rows(sql, [&](sqlite3_stmt* row) { value = text_of(row, 0); });
    return value;
  }

  /// Calls `take` for every row of a statement that is used once.
  template <class Take>
  void rows(const char* sql, Take take) {
    sqlite3_stmt* statement = nullptr;
    prepare(statement, sql);
    try {
      while (step(statement))
        take(statement);
    } catch (...) {
      sqlite3_finalize(statement);
      throw;
    }
    sqlite3_finalize(statement);
  }

  static std::string text_of(sqlite3_stmt* row, int column) {
    const unsigned char* text = sqlite3_column_text(row, column);
    return text == nullptr ? std::string() : reinterpret_cast<const char*>(text);
  }

  void insert(const DoneUrl& url) {
    prepare(insert_, "INSERT INTO done (seq, url_hash, outcome) VALUES (?, ?, ?)");
    bind(insert_, 1, static_cast<std::int64_t>(url.seq));
    bind(insert_, 2, static_cast<std::int64_t>(url.url_hash));
    bind(insert_, 3, static_cast<std::int64_t>(url.outcome));
    finish(insert_);
  }

  std::vector<DoneUrl> page(std::size_t seq, std::size_t most) {
    prepare(page_, "SELECT seq, url_hash, outcome FROM done WHERE seq >= ? ORDER BY seq LIMIT ?");
    bind(page_, 1, static_cast<std::int64_t>(seq));
    bind(page_, 2, static_cast<std::int64_t>(most));
    std::vector<DoneUrl> urls;
    while (step(page_)) {
      urls.push_back({static_cast<std::size_t>(sqlite3_column_int64(page_, 0)),
                      static_cast<std::uint64_t>(sqlite3_column_int64(page_, 1)),
                      static_cast<RecordOutcome>(sqlite3_column_int64(page_, 2))});
    }
    sqlite3_reset(page_);
    return urls;
  }

  std::optional<RecordOutcome> find(std::size_t seq) {
    prepare(find_, "SELECT outcome FROM done WHERE seq = ?");
    bind(find_, 1, static_cast<std::int64_t>(seq));
    std::optional<RecordOutcome> outcome;
    if (step(find_)) outcome = static_cast<RecordOutcome>(sqlite3_column_int64(find_, 0));
    sqlite3_reset(find_);
    return outcome;
  }

  /// Sets the two columns of the output that change.
  void set_output(std::uint64_t committed, bool replacing) {
    execute(fmt::format("UPDATE output SET committed = {}, replacing = {}", committed,
                        replacing ? 1 : 0)
                .c_str());
  }

  void insert_output(const std::string& path, std::string_view form) {
    insert_texts("INSERT INTO output VALUES (1, ?, ?, 0, 0)", path, form);
  }

  /// A statement that is used once, with two texts for parameters.
  void insert_texts(const char* sql, std::string_view first, std::string_view second) {
    sqlite3_stmt* statement = nullptr;
    prepare(statement, sql);
    sqlite3_bind_text(statement, 1, first.data(), static_cast<int>(first.size()), SQLITE_STATIC);
    sqlite3_bind_text(statement, 2, second.data(), static_cast<int>(second.size()), SQLITE_STATIC);
    const int code = sqlite3_step(statement);
    sqlite3_finalize(statement);
    if (code != SQLITE_DONE) throw fault(code);
  }

 private:
  /// SQLite (3.40) calls a file that may not grow a "disk I/O error", and often has forgotten the
  /// errno (sqlite3_system_errno). A limit is the likely reason where there is one.
  std::string reason_of(int code) const {
    const std::string what = sqlite3_errmsg(handle_);
    const bool is_limited = (code & 0xff) == SQLITE_IOERR && read_limits().file_size.has_value();
    return is_limited ? what + ", perhaps " + describe_write_error(EFBIG) : what;
  }

  Error fault(int code) const {
    const std::string what = reason_of(code);
    switch (code & 0xff) {
      case SQLITE_NOTADB:
      case SQLITE_CORRUPT:
        return damaged(what);
      case SQLITE_BUSY:
      case SQLITE_LOCKED:
        return Error(errc::state_error,
                     fmt::format("the journal {} is in use by another program: close it", path_));
      case SQLITE_FULL:
      case SQLITE_IOERR:
      case SQLITE_READONLY:
      case SQLITE_PERM:
      case SQLITE_CANTOPEN:
        return Error(
            opened_ ? errc::output_error : errc::state_error,
            fmt::format("cannot write to the journal {}: {}; mend that, and repeat the command",
                        path_, what));
      default:
        // A schema, for instance, that makes no sense.
        if (!opened_) return damaged(what);
        return Error(errc::internal, fmt::format("the journal {}: {}", path_, what));
    }
  }

  void prepare(sqlite3_stmt*& statement, const char* sql) {
    if (statement != nullptr) return;
    const int code = sqlite3_prepare_v2(handle_, sql, -1, &statement, nullptr);
    if (code != SQLITE_OK) throw fault(code);
  }

  static void bind(sqlite3_stmt* statement, int parameter, std::int64_t value) {
    sqlite3_bind_int64(statement, parameter, value);
  }

  /// @return whether there is a row
  bool step(sqlite3_stmt* statement) {
    const int code = sqlite3_step(statement);
    if (code == SQLITE_ROW) return true;
    if (code == SQLITE_DONE) return false;
    const Error error = fault(code);
    sqlite3_reset(statement);
    throw error;
  }

  void finish(sqlite3_stmt* statement) {
    step(statement);
    sqlite3_reset(statement);
  }

  std::string path_;
  bool opened_ = false;
  sqlite3* handle_ = nullptr;
  sqlite3_stmt* insert_ = nullptr;
  sqlite3_stmt* page_ = nullptr;
  sqlite3_stmt* find_ = nullptr;
};

Journal::Journal(const fs::path& directory)
    : directory_(directory),
      lock_(lock_state_directory(directory)),
      database_(std::make_unique<Database>(database_path(directory))) {
  open_tables();
  read_state();
  read_id();
  database_->opened();
}

Journal::~Journal() = default;

/// The database is ours alone, by the lock: exclusive mode spares SQLite the shared memory that
/// file systems of networks lack.
void Journal::open_tables() {
  database_->execute("PRAGMA busy_timeout = 2000; PRAGMA locking_mode = EXCLUSIVE");
  const bool is_new = database_->number("PRAGMA application_id") == 0 &&
                      database_->number("SELECT count(*) FROM sqlite_master") == 0;
  if (!is_new) check_version();
  database_->execute("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL");
  if (is_new) return make_tables();
  const std::string checked = database_->text("PRAGMA quick_check(1)");
  if (checked != "ok") throw database_->damaged(checked);
  const std::int64_t tables = database_->number(
      "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name IN ('done', 'output')");
  if (tables != 2) throw database_->damaged("a table is missing");
}

void Journal::make_tables() {
  database_->transact([this] { database_->execute(schema); });
}

void Journal::check_version() {
  if (database_->number("PRAGMA application_id") != application_id) {
    throw Error(errc::state_error,
                fmt::format("{} is not a journal of cdp-scrape: name another --state directory",
                            database_->path()));
  }
  const std::int64_t version = database_->number("PRAGMA user_version");
  if (version == schema_version) return;
  throw Error(errc::state_error,
              fmt::format("the journal {} has version {}, and this cdp-scrape reads version {}: "
                          "continue with the version that began, or name another --state directory",
                          database_->path(), version, schema_version));
}

void Journal::read_state() {
  counts_ = Counts{};
  database_->rows("SELECT outcome, count(*) FROM done GROUP BY outcome", [this](sqlite3_stmt* row) {
    const auto count = static_cast<std::size_t>(sqlite3_column_int64(row, 1));
    switch (static_cast<RecordOutcome>(sqlite3_column_int64(row, 0))) {
      case RecordOutcome::ok:
        counts_.ok = count;
        return;
      case RecordOutcome::failed:
        counts_.failed = count;
        return;
      case RecordOutcome::skipped:
        counts_.skipped = count;
        return;
    }
    throw database_->damaged("an outcome that does not exist");
  });
  database_->rows("SELECT path, form, committed, replacing FROM output", [this](sqlite3_stmt* row) {
    path_ = Database::text_of(row, 0);
    form_ = Database::text_of(row, 1);
    committed_ = static_cast<std::uint64_t>(sqlite3_column_int64(row, 2));
    replacing_ = sqlite3_column_int64(row, 3) != 0;
  });
}

/// Journals of earlier versions get their id now.
void Journal::read_id() {
  const char* const tables = "SELECT count(*) FROM sqlite_master WHERE name = 'identity'";
  if (database_->number(tables) == 0) {
    std::random_device random;
    const std::string fresh = fmt::format("{:08x}{:08x}", random(), random());
    database_->execute(fmt::format("CREATE TABLE identity AS SELECT '{}' AS id", fresh).c_str());
  }
  id_ = database_->text("SELECT id FROM identity");
  const bool is_sound = !id_.empty() && std::all_of(id_.begin(), id_.end(), is_alphanumeric);
  if (!is_sound) throw database_->damaged("it has no id");
}

void Journal::bind_output(const std::string& path, std::string_view form) {
  if (!has_output()) {
    if (counts_.total() > 0) throw database_->damaged("it does not say where the records are");
    database_->transact([&] { database_->insert_output(path, form); });
    path_ = path;
    form_ = form;
  }
  if (path_ == path && form_ == form) return;
  throw Error(errc::state_error,
              fmt::format("the run in the state directory {} writes {} to {}, and not {} to {}: "
                          "continue with the same output, or name another --state directory",
                          directory_.string(), form_, path_, form, path));
}

RunSettings Journal::read_settings() {
  RunSettings settings;
  database_->rows("SELECT name, value FROM settings", [&](sqlite3_stmt* row) {
    settings[Database::text_of(row, 0)] = Database::text_of(row, 1);
  });
  return settings;
}

void Journal::write_settings(const RunSettings& settings) {
  database_->transact([&] {
    database_->execute(
        "CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;"
        "DELETE FROM settings");
    for (const auto& [name, value] : settings)
      database_->insert_texts("INSERT INTO settings VALUES (?, ?)", name, value);
  });
}

/// Journals of earlier versions get to know of the options now.
std::string Journal::bind_settings(const RunSettings& settings, Change change) {
  const char* const tables = "SELECT count(*) FROM sqlite_master WHERE name = 'settings'";
  std::string difference;
  if (counts_.total() > 0 && database_->number(tables) > 0)
    difference = describe_difference(read_settings(), settings);
  if (!difference.empty() && change == Change::refused) {
    throw Error(errc::state_error,
                fmt::format("the run in the state directory {} was begun with other options: {}; "
                            "continue with the same ones, or name another --state directory and "
                            "another output",
                            directory_.string(), difference));
  }
  write_settings(settings);
  return difference;
}

void Journal::commit(const std::vector<DoneUrl>& urls, std::uint64_t length) {
  database_->transact([&] {
    for (const DoneUrl& url : urls)
      database_->insert(url);
    database_->set_output(length, replacing_);
  });
  committed_ = length;
  for (const DoneUrl& url : urls) {
    if (url.outcome == RecordOutcome::ok) ++counts_.ok;
    if (url.outcome == RecordOutcome::failed) ++counts_.failed;
    if (url.outcome == RecordOutcome::skipped) ++counts_.skipped;
  }
}

std::vector<DoneUrl> Journal::done_from(std::size_t seq, std::size_t most) {
  return database_->page(seq, most);
}

std::optional<RecordOutcome> Journal::outcome_of(std::size_t seq) {
  return database_->find(seq);
}

void Journal::forget_failed(std::uint64_t replacement_length) {
  database_->transact([&] {
    const auto failed = static_cast<int>(RecordOutcome::failed);
    database_->execute(fmt::format("DELETE FROM done WHERE outcome = {}", failed).c_str());
    database_->set_output(replacement_length, true);
  });
  counts_.failed = 0;
  committed_ = replacement_length;
  replacing_ = true;
}

void Journal::end_replacing() {
  if (!replacing_) return;
  database_->transact([this] { database_->set_output(committed_, false); });
  replacing_ = false;
}

}  // namespace cdp
