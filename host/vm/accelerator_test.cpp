// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/accelerator.hpp"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/testing/test.hpp"
#include "host/vm/boot_cache.hpp"

using namespace rsl;
using namespace rsl::vm;

RSL_TEST(Accelerator, LooksForWholeFlagsOfTheFirstProcessor)
{
    RSL_EXPECT(has_virtualization("processor\t: 0\nflags\t\t: fpu svm sse\n"));
    RSL_EXPECT(has_virtualization("processor\t: 0\nflags\t\t: fpu vmx\nbugs\t: x\n"));
    RSL_EXPECT(
        !has_virtualization("processor\t: 0\nflags\t\t: fpu svm_lock avmx\nvmx flags\t: vnmi\n"));
    RSL_EXPECT(!has_virtualization(""));
}
RSL_TEST(Accelerator, ProbeGuestRunsUnderTcg)
{
    Installation files;
    const auto qemu = find_qemu();
    const auto firmware = find_firmware();
    if (!qemu || !firmware) RSL_SKIP("QEMU is not installed");
    files.qemu = *qemu;
    files.firmware = *firmware;
    files.share = RSL_TEST_SHARE;
    const auto probe = run_accelerator_probe(Accel::kTcg, files, 20000);
    RSL_EXPECT(static_cast<bool>(probe));
}
RSL_TEST(Accelerator, ProbeThatDoesNotFinishFails)
{
    Installation files;
    const auto qemu = find_qemu();
    const auto firmware = find_firmware();
    if (!qemu || !firmware) RSL_SKIP("QEMU is not installed");
    files.qemu = *qemu;
    files.firmware = *firmware;
    files.share = RSL_TEST_SHARE;
    RSL_EXPECT(!run_accelerator_probe(Accel::kTcg, files, 0));
}
RSL_TEST(BootCache, KeepsAFactUntilTheNextBoot)
{
    char directory[] = "/tmp/rsl-cache-XXXXXX";
    RSL_REQUIRE(::mkdtemp(directory) != nullptr);
    ::setenv("XDG_CACHE_HOME", directory, 1);
    RSL_EXPECT(!cached_since_boot("fact").has_value());
    cache_until_boot("fact", "it is so");
    const auto fact = cached_since_boot("fact");
    RSL_REQUIRE(fact.has_value());
    RSL_EXPECT(*fact == "it is so");
    const std::string path = std::string(directory) + "/rsl/fact";
    RSL_REQUIRE(::truncate(path.c_str(), 10) == 0);  // half a boot id
    RSL_EXPECT(!cached_since_boot("fact").has_value());
    ::unlink(path.c_str());
    ::rmdir((std::string(directory) + "/rsl").c_str());
    ::rmdir(directory);
}
