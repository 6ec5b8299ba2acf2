// SPDX-License-Identifier: GPL-2.0-only
// A host file or block device that a VM has as a disk. Opened here, with the rights of who starts
// the VM; QEMU, which sees none of the host's files, gets the descriptor
// (docs/adr/0024-host-io.md).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/posix/error.hpp"
#include "base/posix/unique_fd.hpp"

namespace rsl::vm {

struct Disk {
    std::string path;  // absolute
    bool read_only = false;
    bool block_device = false;
    std::optional<uint64_t> bad_sector;  // QEMU fails reads and writes of it: for testing drivers
    uint32_t requests_per_second = 0;    // 0: as fast as the host; a slow disk for testing drivers
};

/// As many as fit behind one PCI slot.
inline constexpr size_t kMaxDisks = 8;

/// FILE[,readonly][,bad=SECTOR][,iops=N]. Looks at the file: one that is missing or no disk is
/// wrong use.
HostResult<Disk> parse_disk(std::string_view text);
/// The same as text, for another process in another folder.
std::string text_of(const Disk& disk);

/// Opens and locks it: the lock stays as long as anybody has the descriptor.
HostResult<UniqueFd> open_disk(const Disk& disk);

/// What QEMU calls the disk's device, and the layers of what it stands on, the highest first.
std::string disk_id(size_t index);
std::vector<std::string> disk_nodes(const Disk& disk, size_t index);
/// QEMU's arguments for the disk, whose descriptor it has as `fd`. `index` is below kMaxDisks.
std::vector<std::string> disk_arguments(const Disk& disk, size_t index, int fd);

}  // namespace rsl::vm
