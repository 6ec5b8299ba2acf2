// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/command_line.hpp"

#include <algorithm>

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;

namespace {

const Installation kFiles{.qemu = "/usr/bin/qemu-system-x86_64",
                          .firmware = "/usr/share/qemu/qboot.rom",
                          .share = "/s",
                          .kernel = "/s/boot.elf",
                          .archive = "/s/guest.cpio"};

std::vector<std::string> build(const VmOptions& options, BootFacts facts = {}) {
    return qemu_command_line(options, Accel::kTcg, kFiles, facts);
}
/// The argument behind each `flag`.
std::vector<std::string> values(const std::vector<std::string>& line, const std::string& flag) {
    std::vector<std::string> found;
    for (size_t i = 0; i + 1 < line.size(); ++i) {
        if (line[i] == flag) found.push_back(line[i + 1]);
    }
    return found;
}
bool contains(const std::string& text, const char* part) {
    return text.find(part) != std::string::npos;
}

}  // namespace

RSL_TEST(CommandLine, DevicesLieBehindThePorts)
{
    VmOptions options;
    RSL_EXPECT(bool(add_device(options, "edu")) && bool(add_device(options, "pci-testdev")));
    RSL_EXPECT(!add_device(options, "isa-debug-exit"));
    const auto devices = values(build(options), "-device");
    RSL_EXPECT(std::count(devices.begin(), devices.end(), "edu,addr=0x18") == 1);
    RSL_EXPECT(std::count(devices.begin(), devices.end(), "pci-testdev,addr=0x19") == 1);
    while (options.devices.size() < kMaxDevices) RSL_EXPECT(bool(add_device(options, "edu")));
    RSL_EXPECT(!add_device(options, "edu"));
}

RSL_TEST(CommandLine, NetworkAdaptersMeetOnAHub)
{
    VmOptions options;
    for (int i = 0; i < 2; ++i) RSL_EXPECT(bool(add_device(options, "virtio-net-pci")));
    const auto line = build(options);
    RSL_EXPECT(values(line, "-netdev") == (std::vector<std::string>{"hubport,id=net0,hubid=0", "hubport,id=net1,hubid=0"}));
    const auto devices = values(line, "-device");
    RSL_EXPECT(std::any_of(devices.begin(), devices.end(), [](const auto& d) {
        return contains(d, "virtio-net-pci,addr=0x19,mac=52:54:00:12:34:57") && contains(d, ",netdev=net1");
    }));
    options.profile = Profile::kQ35;
    RSL_EXPECT(values(build(options), "-netdev").empty());
}

RSL_TEST(CommandLine, NetworkAdaptersEndInTaps)
{
    VmOptions options{.profile = Profile::kQ35};
    for (const char* device : {"e1000,tap=one", "e1000e", "virtio-net-pci,tap=two"}) RSL_EXPECT(bool(add_device(options, device)));
    auto line = build(options);
    RSL_EXPECT(values(line, "-netdev") == (std::vector<std::string>{"tap,id=net0,fd=5", "tap,id=net2,fd=6"}));
    RSL_EXPECT(contains(values(line, "-device").at(1), "e1000,addr=0x18"));
    line = build(options, {.first_client = true});
    RSL_EXPECT(values(line, "-netdev").at(0) == "tap,id=net0,fd=6");
}

RSL_TEST(CommandLine, OneProcessorStillAllowsTwo)
{
    RSL_EXPECT(values(build({}), "-smp").at(0) == "1,maxcpus=2");
    RSL_EXPECT(values(build({.processors = 4}), "-smp").at(0) == "4,maxcpus=4");
}
RSL_TEST(CommandLine, NamesQbootForBothProfiles)
{
    for (const auto profile : {Profile::kMicro, Profile::kQ35}) {
        RSL_EXPECT(values(build({.profile = profile}), "-bios").at(0) == kFiles.firmware);
    }
}
RSL_TEST(CommandLine, ConfinesQemuItself)
{
    RSL_EXPECT(contains(values(build({}), "-sandbox").at(0), "spawn=deny"));
}
RSL_TEST(CommandLine, Q35TurnsAcpiHotPlugOff)
{
    const auto globals = values(build({.profile = Profile::kQ35}), "-global");
    RSL_EXPECT(std::any_of(globals.begin(), globals.end(), [](const auto& g) {
        return contains(g, "acpi-pci-hotplug-with-bridge-support=off");
    }));
}
RSL_TEST(CommandLine, TellsTheKernelTimeAndFrequency)
{
    const auto append =
        values(build({.kernel_arguments = "log=debug"}, {.unix_time_ns = 7, .tsc_khz = 2300000}),
               "-append");
    RSL_EXPECT(append.at(0) == "time=7 tsc_khz=2300000 log=debug");
    RSL_EXPECT(values(build({}), "-append").at(0) == "time=0");
}
RSL_TEST(CommandLine, OnePortAClientWithItsOwnNumbers)
{
    const auto devices = values(build({.client_slots = 3}), "-device");
    RSL_EXPECT_EQ(std::count_if(devices.begin(), devices.end(),
                                [](const auto& d) { return contains(d, "pcie-root-port"); }),
                  3);
    RSL_EXPECT(contains(devices.at(1), "id=port0,chassis=1,slot=1,addr=0x8.0"));
    RSL_EXPECT(contains(devices.at(3), "id=port2,chassis=3,slot=3,addr=0xa.0"));
}
RSL_TEST(CommandLine, ManyPortsShareSlotsAsFunctions)
{
    const auto devices = values(build({.client_slots = kMaxClientSlots}), "-device");
    RSL_EXPECT(contains(devices.at(1), "addr=0x8.0,multifunction=on"));
    RSL_EXPECT(contains(devices.at(2), "addr=0x8.1"));
    RSL_EXPECT(contains(devices.at(kMaxClientSlots), "addr=0x17.7"));
}
RSL_TEST(CommandLine, HasNoNetworkAndNoDefaults)
{
    const auto line = build({});
    RSL_EXPECT(std::find(line.begin(), line.end(), "-nodefaults") != line.end());
    RSL_EXPECT(values(line, "-netdev").empty());
}
RSL_TEST(CommandLine, FoldersAreMappedDevicesAtFixedPlaces)
{
    RSL_EXPECT(values(build({}), "-fsdev").empty());
    const auto line = build({.drive_c = "/a,b", .registry = "/r"});
    const auto folders = values(line, "-fsdev");
    RSL_REQUIRE(folders.size() == 2);
    RSL_EXPECT(folders[0] == "local,id=drive-c,path=/a,,b,security_model=mapped-xattr,multidevs=remap");
    RSL_EXPECT(contains(folders[1], "id=registry,path=/r,"));
    const auto devices = values(line, "-device");
    RSL_EXPECT(std::any_of(devices.begin(), devices.end(), [](const auto& d) {
        return d == "virtio-9p-pci-non-transitional,fsdev=registry,mount_tag=registry,addr=0x5";
    }));
}

RSL_TEST(CommandLine, DisksAndSerialPortsHaveTheDescriptorsBehindTheRings)
{
    VmOptions options;
    options.disks = {{.path = "/a"}, {.path = "/b", .read_only = true}};
    options.serial_ports = {"one", "two"};
    for (const bool first_client : {false, true}) {
        const int first = first_client ? 6 : 5;
        const auto line = build(options, {.first_client = first_client});
        RSL_EXPECT(values(line, "-add-fd") ==
                   (std::vector<std::string>{"fd=" + std::to_string(first) + ",set=0",
                                             "fd=" + std::to_string(first + 1) + ",set=1"}));
        const auto chardevs = values(line, "-chardev");
        for (int i = 0; i < 2; ++i) {
            const std::string wanted = "socket,id=serial" + std::to_string(i) +
                                       ",fd=" + std::to_string(first + 2 + i);
            RSL_EXPECT(std::count(chardevs.begin(), chardevs.end(), wanted) == 1);
        }
        const auto devices = values(line, "-device");
        for (const char* part : {"isa-serial,id=uart0", "iobase=0x2f8,irq=3", "iobase=0x3e8,irq=4",
                                 "virtio-blk-pci,id=disk0,bus=diskport0", "addr=0x6.1"}) {
            RSL_EXPECT(std::any_of(devices.begin(), devices.end(),
                                   [part](const auto& device) { return contains(device, part); }));
        }
    }
    RSL_EXPECT(values(build({}), "-blockdev").empty() && values(build({}), "-add-fd").empty());
}
