// SPDX-License-Identifier: GPL-2.0-only
// Section objects: memory that several processes, and the system, map as views. Either zeroed pages of
// their own, brought in when first touched, the pages of a file or image (file_pages.hpp), or the machine's
// physical memory (\Device\PhysicalMemory).
#pragma once

#include <atomic>
#include <cstdint>

#include "kernel/arch/paging.hpp"
#include "kernel/ob/object.hpp"

namespace rsl::mm {

struct FilePages;

class Section : public ob::Object<Section> {
  public:
    static constinit ob::ObjectType kType;

    /// A section of zeroed pages. `protect` (PAGE_*) is what views may ask for at most.
    static Result<Ref<Section>> create(uint64_t bytes, uint32_t protect, uint32_t attributes);
    /// A section of a file's pages, of which it takes over the caller's reference.
    static Result<Ref<Section>> create_of_file(FilePages& file, uint64_t bytes, uint32_t protect, uint32_t attributes);
    /// The one behind \Device\PhysicalMemory.
    static Result<Ref<Section>> create_physical();
    ~Section();

    bool is_physical() const { return pages_ == nullptr; }
    uint64_t bytes() const { return bytes_; }
    uint32_t protect() const { return protect_; }
    uint32_t attributes() const { return attributes_; }
    /// The address that an image would like; 0 for other sections.
    uint64_t preferred_base() const;

    /// The page at an offset, made when it is the first touch; one reference for the caller.
    Result<arch::PhysicalPage> page_at(uint64_t offset);

  private:
    template <typename T, typename... Arguments>
    friend Result<Ref<T>> ob::make_object(uint64_t, Arguments&&...);
    Section(uint64_t bytes, uint32_t protect, uint32_t attributes, std::atomic<uint64_t>* pages)
        : bytes_(bytes), protect_(protect), attributes_(attributes), pages_(pages) {}

    uint64_t bytes_;
    uint32_t protect_, attributes_;
    FilePages* file_ = nullptr;     // owns the pages then
    std::atomic<uint64_t>* pages_;  // physical addresses; 0: not touched yet. nullptr: physical memory
};

/// Makes \Device\PhysicalMemory. Needs the namespace. PASSIVE_LEVEL.
Result<void> create_physical_memory_section();

/// Whether a view may have `wanted` (PAGE_*) when the section was made with `maximum`.
bool allows_protection(uint32_t maximum, uint32_t wanted);

/// Views in the system's half.
Result<uint64_t> map_view_in_system(Section& section, uint64_t offset, uint64_t bytes);
Result<void> unmap_view_in_system(uint64_t address);

}  // namespace rsl::mm
