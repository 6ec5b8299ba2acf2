// SPDX-License-Identifier: GPL-2.0-only
// Memory descriptor lists: which physical pages a buffer consists of. NT's exports on them are thin
// over this; the I/O manager may call it directly, without the exceptions that the exports raise.
#pragma once

#include <optional>
#include <span>

#include "abi/types/mm.h"
#include "base/core/result.hpp"
#include "kernel/arch/paging.hpp"

namespace rsl::mm {

/// The page frame numbers behind the structure.
inline PFN_NUMBER* pfn_array(MDL& mdl) { return reinterpret_cast<PFN_NUMBER*>(&mdl + 1); }
inline const PFN_NUMBER* pfn_array(const MDL& mdl) {
    return reinterpret_cast<const PFN_NUMBER*>(&mdl + 1);
}
inline uint64_t mdl_address(const MDL& mdl) {
    return reinterpret_cast<uint64_t>(mdl.StartVa) + mdl.ByteOffset;
}
inline uint32_t mdl_pages(const MDL& mdl) {
    return ADDRESS_AND_SIZE_TO_SPAN_PAGES(mdl_address(mdl), mdl.ByteCount);
}
inline std::span<const PFN_NUMBER> mdl_frames(const MDL& mdl) { return {pfn_array(mdl), mdl_pages(mdl)}; }

/// Bytes that a structure for this buffer takes.
uint64_t mdl_bytes(uint64_t address, uint64_t bytes);
/// Fills in what describes the buffer (MmInitializeMdl).
void initialize_mdl(MDL& mdl, uint64_t address, uint64_t bytes);
/// A structure from the pool, which free_mdl() takes back; nullptr when there is no memory.
MDL* make_mdl(uint64_t address, uint64_t bytes);
/// Undoes the mapping of a partial MDL, then frees the structure. Pages stay locked if they are.
void free_mdl(MDL& mdl);

/// Describes resident memory of the kernel: it needs no lock and has its mapping.
void build_for_nonpaged(MDL& mdl);
/// Brings the buffer's pages in and holds them. kAccessViolation, and nothing is held, when the buffer
/// may not be accessed so. User addresses are those of the running process.
Result<void> lock_mdl(MDL& mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation);
void unlock_mdl(MDL& mdl);
/// Describes a part of another MDL's buffer.
void build_partial(const MDL& source, MDL& target, uint64_t address, uint32_t bytes);
/// Forgets the first bytes of the buffer, unlocking pages that are passed as a whole.
void advance_mdl(MDL& mdl, uint32_t bytes);

struct MdlMapping {
    arch::Caching caching = arch::Caching::kCached;
    bool writable = true;
};
/// A kernel address of the buffer. RAM that lies in one piece needs no page tables: the direct map
/// already has it, as long as nobody can want a mapping protected.
Result<uint64_t> map_mdl(MDL& mdl, const MdlMapping& how);
/// From now on each mapping is one of its own: somebody knows MmProtectMdlSystemAddress. `false` is for tests.
void keep_mdl_mappings_apart(bool apart = true);
/// What a mapping of the kernel's allows; nothing: no access. kInvalidParameter when it is not one of its own.
Result<void> protect_mdl(const MDL& mdl, std::optional<arch::Protection> protection);
/// An address for the running process.
Result<uint64_t> map_mdl_for_user(MDL& mdl, const MdlMapping& how, uint64_t wanted);
void unmap_mdl(MDL& mdl, uint64_t address);
/// At a range that the caller reserved, which holds it.
Result<uint64_t> map_mdl_at(MDL& mdl, uint64_t reserved, const MdlMapping& how);
void unmap_mdl_at(MDL& mdl, uint64_t reserved);

/// Pages of RAM between two physical addresses as an MDL, perhaps fewer than asked for.
struct PageRequest {
    uint64_t low, high, skip, bytes;
    bool zeroed, whole_only, contiguous;
};
MDL* allocate_mdl_pages(const PageRequest& request);
void free_mdl_pages(MDL& mdl);

arch::Caching caching_of(MEMORY_CACHING_TYPE type);

}  // namespace rsl::mm
