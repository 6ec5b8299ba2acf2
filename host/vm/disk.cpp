// SPDX-License-Identifier: GPL-2.0-only
#include "host/vm/disk.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/fs.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cctype>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <memory>

#include <nlohmann/json.hpp>

#include "base/core/result.hpp"

namespace rsl::vm {
namespace {

constexpr uint64_t kSectorBytes = 512;
/// Below the clients' root ports, eight functions.
constexpr uint32_t kDiskSlot = 6;
constexpr size_t kFirstChassis = 200;  // the clients' ports count from 1
constexpr size_t kMostSerial = 20;     // of virtio's

HostResult<uint64_t> number_of(std::string_view option, std::string_view text, uint64_t most) {
    uint64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (failed != std::errc{} || end != text.data() + text.size() || number > most)
        return Error::wrong_use(
            fmt::format("--disk: {}={} is not a number from 0 to {}", option, text, most));
    return number;
}

/// Takes one option off the end of the text; false when what is there is none, but part of the
/// file's name.
HostResult<bool> take_option(Disk& disk, std::string_view& text) {
    const size_t comma = text.rfind(',');
    if (comma == std::string_view::npos) return false;
    const std::string_view option = text.substr(comma + 1);
    if (option == "readonly") {
        disk.read_only = true;
    } else if (option.starts_with("bad=")) {
        disk.bad_sector = RSL_TRY(number_of("bad", option.substr(4), uint64_t{1} << 54));
    } else if (option.starts_with("iops=")) {
        disk.requests_per_second =
            static_cast<uint32_t>(RSL_TRY(number_of("iops", option.substr(5), 1'000'000)));
    } else {
        return false;
    }
    text = text.substr(0, comma);
    return true;
}

HostResult<void> check_size(const std::string& path, uint64_t bytes) {
    if (bytes == 0) {
        return Error::wrong_use(
            "--disk " + path +
            " is empty, and a disk has a size: make it one with truncate -s 64M '" + path + "'");
    }
    if (bytes % kSectorBytes != 0) {
        return Error::wrong_use(fmt::format(
            "--disk {} has {} bytes, and a disk is sectors of {}: make it whole with truncate -s "
            "{} '{}'",
            path, bytes, kSectorBytes, (bytes / kSectorBytes + 1) * kSectorBytes, path));
    }
    return {};
}

/// What open() says, as a sentence with what to do.
Error why_not_open(const Disk& disk) {
    const std::string flag = "--disk " + disk.path;
    switch (errno) {
        case ENOENT:
            return Error::wrong_use(flag +
                                    ": there is no such file; make one with truncate -s 64M '" +
                                    disk.path + "'");
        case EBUSY:
            return Error::wrong_use(flag +
                                    " is in use: mounted, or part of another device; unmount it, "
                                    "or give the VM a copy");
        case ETXTBSY:
            return Error::wrong_use(flag + " is in use as swap or as a running program");
        case EROFS:
            return Error::wrong_use(flag +
                                    " lies on a file system that cannot be written; write '" +
                                    flag + ",readonly'");
        case EACCES:
        case EPERM:
            if (!disk.read_only && ::access(disk.path.c_str(), R_OK) == 0)
                return Error::wrong_use("you may not write to " + disk.path + "; write '" + flag +
                                        ",readonly', or ask its owner");
            return Error::wrong_use(
                "you may not open " + disk.path +
                "; ask its owner, or run rsl as a user who may (group 'disk' for devices)");
        default:
            return Error::from_errno("open the disk " + disk.path);
    }
}

/// What the guest sees as the disk's serial number: the end of its name, in characters that need no
/// quoting.
std::string serial_of(const std::string& path) {
    std::string name = path.substr(path.rfind('/') + 1);
    for (char& c : name) {
        if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '.' && c != '-' && c != '_')
            c = '_';
    }
    return name.size() > kMostSerial ? name.substr(name.size() - kMostSerial) : name;
}

std::string node_name(size_t index, const char* layer) {
    return fmt::format("disk{}-{}", index, layer);
}

}  // namespace

HostResult<Disk> parse_disk(std::string_view text) {
    Disk disk;
    while (RSL_TRY(take_option(disk, text))) {
    }
    disk.path = text;
    const std::unique_ptr<char, void (*)(void*)> real(::realpath(disk.path.c_str(), nullptr),
                                                      ::free);
    if (real == nullptr) return why_not_open(disk);
    disk.path = real.get();
    struct stat info{};
    if (::stat(real.get(), &info) < 0) return why_not_open(disk);
    disk.block_device = S_ISBLK(info.st_mode);
    if (!disk.block_device && !S_ISREG(info.st_mode))
        return Error::wrong_use("--disk " + disk.path +
                                " is neither a file nor a block device; name a disk image");
    if (!disk.block_device) RSL_TRY(check_size(disk.path, static_cast<uint64_t>(info.st_size)));
    return disk;
}

std::string text_of(const Disk& disk) {
    std::string text = disk.path;
    if (disk.read_only) text += ",readonly";
    if (disk.bad_sector) text += fmt::format(",bad={}", *disk.bad_sector);
    if (disk.requests_per_second != 0) text += fmt::format(",iops={}", disk.requests_per_second);
    return text;
}

HostResult<UniqueFd> open_disk(const Disk& disk) {
    // O_EXCL of a block device: not while a file system is mounted from it.
    const int flags =
        (disk.read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | (disk.block_device ? O_EXCL : 0);
    UniqueFd fd(::open(disk.path.c_str(), flags));
    if (!fd) return why_not_open(disk);
    if (disk.block_device) {
        uint64_t bytes = 0;
        if (::ioctl(fd.get(), BLKGETSIZE64, &bytes) < 0)
            return Error::from_errno("ask for the size of " + disk.path);
        RSL_TRY(check_size(disk.path, bytes));
    }
    if (::flock(fd.get(), (disk.read_only ? LOCK_SH : LOCK_EX) | LOCK_NB) < 0) {
        return Error::wrong_use("the disk " + disk.path +
                                " is in use by another VM (or another program locks it); stop that "
                                "one, give each VM a copy, or "
                                "let all of them only read it: --disk " +
                                disk.path + ",readonly");
    }
    return fd;
}

std::string disk_id(size_t index) { return fmt::format("disk{}", index); }

std::vector<std::string> disk_nodes(const Disk& disk, size_t index) {
    std::vector<std::string> nodes{node_name(index, "raw")};
    if (disk.requests_per_second != 0) nodes.push_back(node_name(index, "slow"));
    if (disk.bad_sector) nodes.push_back(node_name(index, "faults"));
    nodes.push_back(node_name(index, "file"));
    return nodes;
}

namespace {

using Words = std::vector<std::string>;

void add_node(Words& out, const nlohmann::json& node) {
    out.insert(out.end(), {"-blockdev", node.dump()});
}

/// The file, and what makes it fail or slow if so asked: one layer on another.
void add_layers(Words& out, const Disk& disk, size_t index) {
    const bool read_only = disk.read_only;
    std::string top = node_name(index, "file");
    add_node(out, {{"driver", disk.block_device ? "host_device" : "file"},
                   {"node-name", top},
                   {"filename", fmt::format("/dev/fdset/{}", index)},
                   {"read-only", read_only}});
    const auto on_top = [&](const char* driver, const char* layer, const char* child,
                            nlohmann::json more) {
        more.update({{"driver", driver},
                     {"node-name", node_name(index, layer)},
                     {child, top},
                     {"read-only", read_only}});
        add_node(out, more);
        top = node_name(index, layer);
    };
    if (disk.bad_sector) {
        const nlohmann::json fault{{"event", "none"}, {"errno", EIO}, {"sector", *disk.bad_sector}};
        nlohmann::json read = fault, write = fault;
        read["iotype"] = "read";
        write["iotype"] = "write";
        on_top("blkdebug", "faults", "image", {{"inject-error", {read, write}}});
    }
    if (disk.requests_per_second != 0) {
        out.insert(out.end(),
                   {"-object", fmt::format("throttle-group,id=disk{}-limits,x-iops-total={}", index,
                                           disk.requests_per_second)});
        on_top("throttle", "slow", "file",
               {{"throttle-group", fmt::format("disk{}-limits", index)}});
    }
    on_top("raw", "raw", "file", nlohmann::json::object());
}

}  // namespace

std::vector<std::string> disk_arguments(const Disk& disk, size_t index, int fd) {
    Words out{"-add-fd", fmt::format("fd={},set={}", fd, index)};
    add_layers(out, disk, index);
    // A root port of its own, so that the disk can be pulled out.
    out.insert(
        out.end(),
        {"-device",
         fmt::format("pcie-root-port,id=diskport{0},chassis={1},slot={1},addr={2:#x}.{0}{3}", index,
                     kFirstChassis + index, kDiskSlot, index == 0 ? ",multifunction=on" : "")});
    // Errors are the guest's to see; QEMU would stop the whole VM when the host's file system is
    // full.
    out.insert(
        out.end(),
        {"-device",
         fmt::format("virtio-blk-pci,id={},bus=diskport{},drive={},disable-legacy=on,serial={},"
                     "rerror=report,werror=report,num-queues=1,vectors=2",
                     disk_id(index), index, node_name(index, "raw"), serial_of(disk.path))});
    return out;
}

}  // namespace rsl::vm
