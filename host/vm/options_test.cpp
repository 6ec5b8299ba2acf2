// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/options.hpp"

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;

RSL_TEST(VmOptions, FractionOfACpuNeedsOneProcessor)
{
    VmOptions options;
    RSL_REQUIRE(set_cpus(options, "0.5"));
    RSL_EXPECT_EQ(options.processors, 1u);
    RSL_EXPECT(options.cpu_limit == 0.5);
}
RSL_TEST(VmOptions, OneAndAHalfCpusNeedTwoProcessors)
{
    VmOptions options;
    RSL_REQUIRE(set_cpus(options, "1.5"));
    RSL_EXPECT_EQ(options.processors, 2u);
}
RSL_TEST(VmOptions, RefusesCpusThatAreNoNumber)
{
    VmOptions options;
    for (const char* text : {"", "0", "-1", "two", "1x", "17", "nan", "inf"}) {
        const auto result = set_cpus(options, text);
        RSL_REQUIRE(!result);
        RSL_EXPECT(result.failure().exit_code() == ExitCode::kWrongUse);
    }
}
RSL_TEST(VmOptions, ReadsMemoryWithUnits)
{
    VmOptions options;
    RSL_REQUIRE(set_memory(options, "64"));
    RSL_EXPECT_EQ(options.memory_mb, 64u);
    RSL_REQUIRE(set_memory(options, "256M"));
    RSL_EXPECT_EQ(options.memory_mb, 256u);
    RSL_REQUIRE(set_memory(options, "2G"));
    RSL_EXPECT_EQ(options.memory_mb, 2048u);
    RSL_EXPECT(options.limit_memory);
}
RSL_TEST(VmOptions, RefusesMemoryOutOfRange)
{
    VmOptions options;
    for (const char* text : {"", "0", "16", "1K", "128X", "99999999999999999999", "65G", "-5"}) {
        RSL_EXPECT(!set_memory(options, text));
    }
}
RSL_TEST(VmOptions, NamesTheChoicesWhenAProfileIsUnknown)
{
    const auto result = parse_profile("pc");
    RSL_REQUIRE(!result);
    RSL_EXPECT(result.failure().text().find("micro") != std::string::npos);
    RSL_EXPECT(!parse_accel("xen"));
}
RSL_TEST(Options, ASharedFolderIsAFolderByItsRealPath)
{
    RSL_EXPECT(*shared_folder("drive-c", "/usr/bin/../lib") == "/usr/lib");
    RSL_EXPECT(shared_folder("drive-c", "/nowhere/at/all").failure().text().find("mkdir -p") != std::string::npos);
    RSL_EXPECT(shared_folder("drive-c", "/etc/passwd").failure().text().find("is not a folder") != std::string::npos);
    RSL_EXPECT(shared_folder("drive-c", "/").failure().text().find("too much") != std::string::npos);
}

RSL_TEST(Options, SerialPortsHaveNamesOfTheirOwn)
{
    VmOptions options;
    RSL_EXPECT(bool(add_serial(options, "pty")));
    RSL_EXPECT(!add_serial(options, "serial0=pty"));
    RSL_EXPECT(bool(add_serial(options, "gps=pty")));
    RSL_EXPECT(options.serial_ports == (std::vector<std::string>{"serial0", "gps"}));
    RSL_EXPECT(!add_serial(options, "more=pty"));
}

RSL_TEST(Options, ACableEndsInATapInterfaceOfANetworkAdapter)
{
    VmOptions options;
    RSL_EXPECT(bool(add_device(options, "e1000e,tap=far-0")));
    RSL_EXPECT(options.devices.at(0).name == "e1000e" && options.devices.at(0).tap == "far-0");
    for (const char* wrong : {"edu,tap=far", "e1000,bridge=far", "e1000,tap=", "e1000,tap=a/b", "e1000,tap=abcdefghijklmnop", "e1000,tap=a,fd=3", "e1000,"})
        RSL_EXPECT(!add_device(options, wrong));
    RSL_EXPECT(options.devices.size() == 1);
}
