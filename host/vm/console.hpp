// SPDX-License-Identifier: GPL-2.0-only
// Reads the guest's emergency console (its serial port): what boot shim and kernel say when they
// cannot say it through the ring. The guest is not trusted: every length is bounded, and a report
// that is no valid JSON is kept as text.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rsl::vm {

/// Why the guest kernel stopped the machine. Written by kernel/ke/bug_check.cpp.
struct BugCheckReport {
    uint64_t code = 0;
    std::string name;
    std::vector<uint64_t> parameters;
    std::string driver;   // "" when no driver is to blame
    std::string address;  // where, as text: "echo.sys+0x1234"
    std::vector<std::string> stack;
    std::string explanation;
    std::string advice;              // of Driver Verifier: what the driver's author can do
    std::vector<std::string> facts;  // what else it knows, a line each
    std::string json;  // the line as it came, for --json; and, as `data`, what drivers added to it
    std::vector<std::string> data;  // of it: "mydriver: 20 bytes {01234567-...}", for people

    /// "KMODE_EXCEPTION_NOT_HANDLED (0x1e) in crash.sys at crash.sys+0x10a0: explanation".
    std::string sentence() const;
};

/// Reads the JSON behind "@bugcheck "; fields that are missing stay empty.
BugCheckReport parse_bug_check(std::string_view json);
/// Adds what stands behind "@bugcheck-data ": what a driver's callback gave.
void add_bug_check_data(BugCheckReport& report, std::string_view json);

class Console {
  public:
    static constexpr size_t kMaxLineBytes = 32 * 1024;
    static constexpr size_t kKeptLines = 64;

    /// Takes bytes as they come, in any portions.
    void feed(std::string_view bytes);
    /// The pipe was closed: what stands in the buffer is the last line.
    void finish();

    /// Text behind "@fail ": the boot stopped, and why.
    const std::optional<std::string>& boot_failure() const { return boot_failure_; }
    const std::optional<BugCheckReport>& bug_check() const { return bug_check_; }
    /// The last lines of any kind, oldest first.
    const std::deque<std::string>& tail() const { return tail_; }

    /// Called with each line that carries no mark: something that cannot use the log speaks.
    std::function<void(std::string_view line)> on_line;

  private:
    void take_line(std::string line);

    std::string pending_;
    bool skipping_ = false;  // the rest of a line that was too long
    std::optional<std::string> boot_failure_;
    std::optional<BugCheckReport> bug_check_;
    std::deque<std::string> tail_;
};

}  // namespace rsl::vm
