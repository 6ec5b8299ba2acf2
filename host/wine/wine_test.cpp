// SPDX-License-Identifier: GPL-2.0-only
#include "host/wine/wine.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/testing/test.hpp"

using namespace rsl::wine_host;

namespace {

/// A variable of ours, put back at the end.
class Variable {
  public:
    Variable(const char* name, const char* value) : name_(name) {
        if (const char* before = std::getenv(name)) before_ = before;
        had_ = std::getenv(name) != nullptr;
        value != nullptr ? ::setenv(name, value, 1) : ::unsetenv(name);
    }
    ~Variable() { had_ ? ::setenv(name_, before_.c_str(), 1) : ::unsetenv(name_); }

  private:
    const char* name_;
    std::string before_;
    bool had_ = false;
};

std::string file_with(const std::string& bytes) {
    char name[] = "/tmp/rsl-wine-test-XXXXXX";
    ::close(::mkstemp(name));
    std::ofstream(name, std::ios::binary) << bytes;
    return name;
}

std::string pe(uint16_t machine) {
    std::string bytes(0x50, '\0');
    bytes[0] = 'M';
    bytes[1] = 'Z';
    bytes[0x3C] = 0x40;
    bytes[0x40] = 'P';
    bytes[0x41] = 'E';
    bytes[0x44] = static_cast<char>(machine & 0xFF);
    bytes[0x45] = static_cast<char>(machine >> 8);
    return bytes;
}

}  // namespace

RSL_TEST(WineHost, PrefixIsWhatWasAskedForThenTheVariableThenHome)
{
    const Variable home("HOME", "/home/somebody"), none("WINEPREFIX", nullptr);
    RSL_EXPECT(find_prefix("").value() == "/home/somebody/.wine");
    const Variable prefix("WINEPREFIX", "/games/prefix");
    RSL_EXPECT(find_prefix("").value() == "/games/prefix");
    RSL_EXPECT(find_prefix("/other/../mine").value() == "/mine");
}

RSL_TEST(WineHost, OnePrefixHasOneVm)
{
    RSL_EXPECT(vm_name_of("/tmp/prefix") == vm_name_of("/tmp/./prefix"));
    RSL_EXPECT(vm_name_of("/tmp/prefix") != vm_name_of("/tmp/prefix2"));
}

RSL_TEST(WineHost, AVariableThatNamesNoProgramIsWrongUse)
{
    const Variable wine("WINE", "/nonexistent/wine");
    const auto loader = find_loader();
    RSL_EXPECT(!loader && loader.failure().exit_code() == rsl::ExitCode::kWrongUse);
}

RSL_TEST(WineHost, ThirtyTwoBitProgramsNeedNewStyleWow64)
{
    const std::string old_program = file_with(pe(0x14C)), new_program = file_with(pe(0x8664)),
                      script = file_with("#!/bin/sh");
    RSL_EXPECT(!check_program(old_program, "/bin/true"));
    RSL_EXPECT(check_program(new_program, "/bin/true"));
    RSL_EXPECT(check_program(script, "/bin/true"));
    RSL_EXPECT(check_program("notepad", "/bin/true"));
    for (const auto& file : {old_program, new_program, script}) std::filesystem::remove(file);
}

RSL_TEST(WineHost, MapsTellWhetherASessionIsHooked)
{
    const std::string early = "7f10-7f20 r--p 0 00:00 1 /usr/lib/wine/wine64\n", wine = "7f20-7f30 r--p 0 00:00 2 /usr/lib/wine/x86_64-unix/ntdll.so\n",
                      ours = "7f40-7f50 r--p 0 00:00 3 /opt/rsl/lib/libRSL.so\n", stack = "7ff0-7fff rw-p 0 00:00 0 [stack]\n";
    const auto state = [](const std::string& maps) { return state_by_maps(maps, "/elsewhere/libRSL.so"); };
    RSL_EXPECT(state(wine + ours + stack) == SessionState::kHooked);
    RSL_EXPECT(state(early + wine + stack) == SessionState::kUnhooked);
    RSL_EXPECT(state("") == SessionState::kNone);             // it has ended
    RSL_EXPECT(state(early + wine) == SessionState::kNone);   // it ended while this was read
    RSL_EXPECT(state(early + stack) == SessionState::kNone);  // it begins
}

RSL_TEST(WineHost, NoSessionInAPrefixThatNobodyUses)
{
    RSL_EXPECT(find_session("/nonexistent/prefix", "libRSL.so").state == SessionState::kNone);
}
