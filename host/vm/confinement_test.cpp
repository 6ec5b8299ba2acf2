// SPDX-License-Identifier: GPL-2.0-only
// Starts /bin/sh confined and looks at what it finds.
#include "host/vm/confinement.hpp"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;

namespace {

struct Outcome {
    bool started = false;
    int status = -1;
    std::string output;
    Confinement kind = Confinement::kPlain;
};

Outcome run_shell(const std::string& script, std::vector<int> keep = {},
                  std::vector<std::string> readable = {"/usr/bin", "/usr/lib", "/usr/lib64",
                                                       "/bin/sh"},
                  std::vector<std::string> writable = {}) {
    Outcome outcome;
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) < 0) return outcome;
    UniqueFd read_end(ends[0]), write_end(ends[1]);
    auto process = start_confined({.argv = {"/usr/bin/sh", "-c", script},
                                   .keep = std::move(keep),
                                   .output = write_end.get(),
                                   .errors = write_end.get(),
                                   .readable = std::move(readable),
                                   .writable = std::move(writable)});
    write_end = UniqueFd();
    if (!process) {
        outcome.output = process.failure().text();
        return outcome;
    }
    outcome.started = true;
    outcome.kind = process->kind();
    char buffer[4096];
    for (ssize_t got; (got = ::read(read_end.get(), buffer, sizeof(buffer))) > 0;) {
        outcome.output.append(buffer, static_cast<size_t>(got));
    }
    outcome.status = process->wait(5000).value_or(-1);
    return outcome;
}
bool has(const Outcome& outcome, const char* text) {
    return outcome.output.find(text) != std::string::npos;
}

}  // namespace

RSL_TEST(Confinement, RunsAProgramAndReportsItsStatus)
{
    const auto outcome = run_shell("echo hello; exit 3");
    RSL_REQUIRE(outcome.started);
    RSL_EXPECT(has(outcome, "hello"));
    RSL_EXPECT(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 3);
}
RSL_TEST(Confinement, SeesNothingOfTheOldRoot)
{
    const auto outcome = run_shell(
        "echo /*; cd /usr && echo *; (: > /usr/bin/x) || echo refused1; (: > /x) || echo refused2");
    if (outcome.kind != Confinement::kNamespaces) RSL_SKIP("no user namespaces here");
    RSL_EXPECT(!has(outcome, "home") && !has(outcome, "proc") && !has(outcome, "share"));
    RSL_EXPECT(has(outcome, "refused1") && has(outcome, "refused2"));
}
RSL_TEST(Confinement, ShowsAFileOnceWithItsFolder)
{
    const auto outcome =
        run_shell("echo here", {},
                  {"/usr/bin", "/usr/bin/sh", "/usr/lib", "/usr/lib64", "/usr/lib/os-release"});
    RSL_REQUIRE(outcome.started);
    RSL_EXPECT(has(outcome, "here"));
    if (!namespaces_available()) RSL_SKIP("no user namespaces here");
    RSL_EXPECT(outcome.kind == Confinement::kNamespaces);
}
RSL_TEST(Confinement, IsNotRoot)
{
    const auto outcome = run_shell("id -u");
    RSL_EXPECT(!outcome.output.starts_with("0"));
}
RSL_TEST(Confinement, ReceivesOnlyNamedDescriptors)
{
    const UniqueFd leak(::open("/dev/null", O_RDONLY));  // not close-on-exec, on purpose
    int ends[2];
    RSL_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    const UniqueFd read_end(ends[0]), write_end(ends[1]);
    const auto outcome = run_shell(
        "echo word >&3; for i in 4 5 6 7 8 9; do eval \"echo x >&$i\" 2>/dev/null && echo leak$i; "
        "done; true",
        {write_end.get()});
    char buffer[16] = {};
    RSL_EXPECT_EQ(::read(read_end.get(), buffer, sizeof(buffer)), 5);
    RSL_EXPECT(!has(outcome, "leak"));
}
RSL_TEST(Confinement, SaysWhyAProgramDoesNotStart)
{
    auto process = start_confined({.argv = {"/nonexistent/program"}, .readable = {"/usr/lib"}});
    RSL_REQUIRE(!process);
    RSL_EXPECT(process.failure().text().find("No such file") != std::string::npos);
}
RSL_TEST(Confinement, DoesNotStartWhenThePreparationFails)
{
    auto process =
        start_confined({.argv = {"/usr/bin/true"}, .before_exec = [](pid_t) -> HostResult<void> {
                            return Error("no cgroup");
                        }});
    RSL_REQUIRE(!process);
    RSL_EXPECT(process.failure().text() == "no cgroup");
}
RSL_TEST(Confinement, DiesWithItsStarter)
{
    int ends[2];
    RSL_REQUIRE(::pipe2(ends, O_CLOEXEC) == 0);
    UniqueFd read_end(ends[0]), write_end(ends[1]);
    const pid_t starter = ::fork();
    if (starter == 0) {
        auto process = start_confined({.argv = {"/usr/bin/sh", "-c", "echo up; sleep 60"},
                                       .output = write_end.get(),
                                       .readable = {"/usr/bin", "/usr/lib", "/usr/lib64"}});
        ::pause();
        ::_exit(process ? 0 : 1);
    }
    write_end = UniqueFd();
    char buffer[8];
    RSL_REQUIRE(::read(read_end.get(), buffer, sizeof(buffer)) > 0);
    ::kill(starter, SIGKILL);
    ::waitpid(starter, nullptr, 0);
    // The confined program holds the last write end: end of file means that it is gone.
    RSL_EXPECT_EQ(::read(read_end.get(), buffer, sizeof(buffer)), 0);
}
RSL_TEST(Confinement, KillsWhatItOwns)
{
    auto process = start_confined({.argv = {"/usr/bin/sh", "-c", "sleep 60"},
                                   .readable = {"/usr/bin", "/usr/lib", "/usr/lib64"}});
    RSL_REQUIRE(process);
    RSL_EXPECT(!process->wait(0).has_value());
    process->kill();
    const auto status = process->wait(5000);
    RSL_REQUIRE(status.has_value());
    RSL_EXPECT(WIFSIGNALED(*status));
}

namespace {

/// An empty folder of ours, removed at the end.
struct OwnFolder {
    OwnFolder() { path = ::mkdtemp(name); }
    ~OwnFolder() {
        ::unlink((path + "/made").c_str());
        ::rmdir(path.c_str());
    }
    char name[32] = "/var/tmp/rsl-folder-XXXXXX";
    std::string path;
};

}  // namespace

RSL_TEST(Confinement, AWritableFolderIsWrittenAsItsOwner)
{
    const OwnFolder folder;
    const auto outcome = run_shell("echo text > " + folder.path + "/made; cat " + folder.path + "/made; test -d /proc/self && ! test -e /proc/sys",
                                   {}, {"/usr/bin", "/usr/lib", "/usr/lib64", "/bin/sh"}, {folder.path});
    RSL_REQUIRE(outcome.started);
    if (outcome.kind != Confinement::kNamespaces) return;
    RSL_EXPECT(has(outcome, "text"));
    RSL_EXPECT(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) == 0);
    struct stat made{};
    RSL_REQUIRE(::stat((folder.path + "/made").c_str(), &made) == 0);
    RSL_EXPECT_EQ(made.st_uid, ::geteuid());
}
RSL_TEST(Confinement, NothingElseIsWritable)
{
    const OwnFolder folder;
    const auto outcome = run_shell("touch /made /usr/bin/made /proc/made " + folder.path + "/../made 2>&1",
                                   {}, {"/usr/bin", "/usr/lib", "/usr/lib64", "/bin/sh"}, {folder.path});
    RSL_REQUIRE(outcome.started);
    if (outcome.kind != Confinement::kNamespaces) return;
    RSL_EXPECT(WIFEXITED(outcome.status) && WEXITSTATUS(outcome.status) != 0);
    RSL_EXPECT(::access("/var/tmp/made", F_OK) != 0);
}
