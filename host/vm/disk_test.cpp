// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/disk.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "base/testing/test.hpp"

using namespace rsl;
using namespace rsl::vm;

namespace {

/// A folder with a disk image in it, gone at the end.
struct Folder {
    Folder() {
        char name[] = "/tmp/rsl-disk-XXXXXX";
        path = ::mkdtemp(name);
    }
    ~Folder() { std::filesystem::remove_all(path); }
    std::string file(const std::string& name, uint64_t bytes) const {
        const std::string full = path + "/" + name;
        std::ofstream(full).put('x');
        std::filesystem::resize_file(full, bytes);
        return full;
    }
    std::string path;
};

bool says(const HostResult<Disk>& disk, const char* what) {
    return !disk && disk.failure().text().find(what) != std::string::npos &&
           disk.failure().exit_code() == ExitCode::kWrongUse;
}
std::string line_of(const std::vector<std::string>& words) {
    std::string line;
    for (const auto& word : words) line += word + " ";
    return line;
}

}  // namespace

RSL_TEST(Disk, OptionsStandBehindTheName)
{
    const Folder folder;
    const std::string path = folder.file("a,b.img", 4096);
    const auto plain = parse_disk(path);
    RSL_REQUIRE(bool(plain));
    RSL_EXPECT(plain->path == path && !plain->read_only && !plain->block_device);
    const auto all = parse_disk(path + ",readonly,bad=7,iops=20");
    RSL_REQUIRE(bool(all));
    RSL_EXPECT(all->path == path && all->read_only && all->bad_sector == 7u &&
               all->requests_per_second == 20);
    RSL_EXPECT(text_of(*all) == path + ",readonly,bad=7,iops=20");
}

RSL_TEST(Disk, SaysWhatIsWrongWithAFile)
{
    const Folder folder;
    RSL_EXPECT(says(parse_disk(folder.path + "/none"), "truncate -s"));
    RSL_EXPECT(says(parse_disk(folder.file("empty", 0)), "is empty"));
    RSL_EXPECT(says(parse_disk(folder.file("odd", 1000)), "truncate -s 1024"));
    RSL_EXPECT(says(parse_disk(folder.path), "neither a file nor a block device"));
    RSL_EXPECT(says(parse_disk(folder.file("a", 512) + ",bad=x"), "bad=x is not a number"));
}

RSL_TEST(Disk, IsLockedWhileItIsOpen)
{
    const Folder folder;
    const auto disk = parse_disk(folder.file("a", 512));
    RSL_REQUIRE(bool(disk));
    Disk reader = *disk;
    reader.read_only = true;
    {
        const auto first = open_disk(*disk);
        RSL_REQUIRE(bool(first));
        const auto second = open_disk(*disk);
        RSL_EXPECT(!second &&
                   second.failure().text().find("in use by another VM") != std::string::npos);
        RSL_EXPECT(!open_disk(reader));
    }
    const auto first = open_disk(reader), second = open_disk(reader);
    RSL_EXPECT(bool(first) && bool(second) && !open_disk(*disk));
}

RSL_TEST(Disk, QemuGetsADescriptorAndNoPath)
{
    const Folder folder;
    const std::string path = folder.file("my disk.img", 512);
    const auto disk = parse_disk(path + ",readonly");
    RSL_REQUIRE(bool(disk));
    const std::string line = line_of(disk_arguments(*disk, 1, 9));
    const auto has = [&line](const char* part) { return line.find(part) != std::string::npos; };
    RSL_EXPECT(has("-add-fd fd=9,set=1") && has("/dev/fdset/1") && has("\"read-only\":true"));
    RSL_EXPECT(has("addr=0x6.1") && !has("multifunction") &&
               !has(folder.path.c_str()));
    Disk slow = *disk;
    slow.bad_sector = 3;
    slow.requests_per_second = 5;
    const std::string more = line_of(disk_arguments(slow, 0, 5));
    RSL_EXPECT(more.find("blkdebug") != std::string::npos &&
               more.find("x-iops-total=5") != std::string::npos &&
               more.find("multifunction=on") != std::string::npos);
}
