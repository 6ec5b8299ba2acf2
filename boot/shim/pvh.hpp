// SPDX-License-Identifier: GPL-2.0-only
// What a PVH loader (QEMU, Firecracker, Cloud Hypervisor) passes in EBX, as Xen's public interface
// documents it (xen/include/public/arch-x86/hvm/start_info.h).
#pragma once

#include <cstdint>

namespace rsl::boot {

inline constexpr uint32_t kPvhMagic = 0x336EC578;
inline constexpr uint32_t kPvhMemoryMapVersion = 1;  // the first with a memory map
inline constexpr uint32_t kPvhTypeRam = 1;
inline constexpr uint32_t kPvhTypeAcpi = 3;
inline constexpr uint32_t kPvhTypeNvs = 4;

struct PvhStartInfo {
    uint32_t magic, version, flags, module_count;
    uint64_t modules, command_line, rsdp;
    uint64_t memory_map;
    uint32_t memory_map_entries, reserved;
};
static_assert(sizeof(PvhStartInfo) == 56);

struct PvhModule {
    uint64_t address, bytes, command_line, reserved;
};
static_assert(sizeof(PvhModule) == 32);

struct PvhMemoryEntry {
    uint64_t address, bytes;
    uint32_t type, reserved;
};
static_assert(sizeof(PvhMemoryEntry) == 24);

}  // namespace rsl::boot
