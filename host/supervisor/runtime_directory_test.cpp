// SPDX-License-Identifier: GPL-2.0-only
#include "host/supervisor/runtime_directory.hpp"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>

#include "base/testing/test.hpp"
#include "host/supervisor/test_directory.hpp"
#include "transport/link/message_socket.hpp"

using namespace rsl;
using namespace rsl::supervisor;

using supervisor::testing::OwnDirectory;

RSL_TEST(RuntimeDirectory, IsMadePrivate)
{
    OwnDirectory own;
    RSL_REQUIRE(prepare_runtime_directory());
    struct stat info;
    RSL_REQUIRE(::stat((own.path + "/rsl").c_str(), &info) == 0);
    RSL_EXPECT_EQ(info.st_mode & 0777u, 0700u);
}
RSL_TEST(RuntimeDirectory, RefusesALinkInItsPlace)
{
    OwnDirectory own;
    RSL_REQUIRE(::symlink("/tmp", (own.path + "/rsl").c_str()) == 0);
    RSL_EXPECT(!prepare_runtime_directory());
}
RSL_TEST(RuntimeDirectory, OneLivingSupervisorAName)
{
    OwnDirectory own;
    auto first = listen_for("vm");
    RSL_REQUIRE(first);
    const auto second = listen_for("vm");
    RSL_REQUIRE(!second);
    RSL_EXPECT(second.failure().exit_code() == ExitCode::kWrongUse);
    RSL_EXPECT_EQ(running_vms().size(), 1u);
    first->abandon();  // dies, leaving its socket
    *first = Listener();
    RSL_EXPECT(running_vms().empty());
    RSL_EXPECT(static_cast<bool>(listen_for("vm")));
}
RSL_TEST(RuntimeDirectory, AnOldListenerLeavesItsSuccessorsSocketAlone)
{
    OwnDirectory own;
    auto old = listen_for("vm");
    RSL_REQUIRE(old);
    *old = Listener();
    const auto successor = listen_for("vm");
    RSL_REQUIRE(successor);
    RSL_EXPECT_EQ(running_vms().size(), 1u);
}
RSL_TEST(RuntimeDirectory, FilesOfOthersGoWithWhatWasLeftOfWritingThem)
{
    OwnDirectory own;
    const auto put = [&](const char* name) { std::ofstream(own.path + name) << "x"; };
    const auto there = [&](const char* name) { return std::filesystem::exists(own.path + name); };
    for (const char* name : {"/vm.file", "/vm.file~17", "/vm.file.sock", "/vm2.file"}) put(name);
    {
        const OthersFile file(own.path + "/vm.file");
        RSL_EXPECT(!there("/vm.file") && !there("/vm.file~17"));
        put("/vm.file"), put("/vm.file~18");
    }
    RSL_EXPECT(!there("/vm.file") && !there("/vm.file~18"));
    RSL_EXPECT(there("/vm.file.sock") && there("/vm2.file"));
}
RSL_TEST(RuntimeDirectory, RefusesNamesThatLeaveIt)
{
    OwnDirectory own;
    for (const char* name : {"", "..", "a/b", "a b"}) RSL_EXPECT(!listen_for(name));
}
