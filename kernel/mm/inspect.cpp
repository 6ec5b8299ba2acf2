// SPDX-License-Identifier: GPL-2.0-only
// `rsl inspect kernel/mm/...`: memory, pool by tag, address spaces.
#include "kernel/ke/inspect.hpp"

#include <algorithm>

#include "kernel/mm/pages.hpp"
#include "kernel/mm/pool_internal.hpp"
#include "kernel/mm/system_space.hpp"
#include "kernel/ps/process.hpp"

namespace rsl::mm {
namespace {

using arch::kPageBytes;

constexpr size_t kMaxTags = 512;
constexpr PoolTag kTag = pool_tag("MmIn");

/// Tags in use, the one that holds most first, in memory of the pool.
class TagList {
  public:
    TagList() : tags_(static_cast<TagUsage*>(allocate(kMaxTags * sizeof(TagUsage), kTag))) {
        if (tags_ == nullptr) return;
        count_ = std::min(pool_usage(tags_, kMaxTags), kMaxTags);
        std::sort(tags_, tags_ + count_,
                  [](const TagUsage& a, const TagUsage& b) { return a.bytes > b.bytes; });
    }
    ~TagList() {
        if (tags_ != nullptr) mm::free(tags_);
    }
    TagList(const TagList&) = delete;
    TagList& operator=(const TagList&) = delete;
    const TagUsage* begin() const { return tags_; }
    const TagUsage* end() const { return tags_ + count_; }

  private:
    TagUsage* tags_;
    size_t count_ = 0;
};

void write_memory(ke::JsonWriter& out) {
    const PageCounts pages = page_counts();
    out.begin_object();
    out.field("total_bytes", pages.total * kPageBytes);
    out.field("free_bytes", pages.free * kPageBytes);
    out.field("page_table_bytes", pages.tables * kPageBytes);
    out.field("pool_bytes", pool_total_bytes());
    out.field("system_range_bytes", system_range_bytes());
    out.key("ram");
    out.begin_array();
    for (const RamRange& range : ram_ranges()) {
        out.begin_object();
        out.key("base");
        out.value_hex(range.base);
        out.field("bytes", range.bytes);
        out.end_object();
    }
    out.end_array();
    out.end_object();
}

void write_pool(ke::JsonWriter& out) {
    out.begin_array();
    for (const TagUsage& usage : TagList()) {
        char text[4];
        for (unsigned i = 0; i < 4; ++i) {
            const auto c = static_cast<char>(usage.tag >> (8 * i) & 0x7F);
            text[i] = c >= ' ' && c < 0x7F ? c : '.';
        }
        out.begin_object();
        out.field("tag", std::string_view(text, 4));
        out.field("allocations", usage.allocations);
        out.field("bytes", usage.bytes);
        out.end_object();
    }
    out.end_array();
}

std::string_view name_of(RegionKind kind) {
    switch (kind) {
        case RegionKind::kPrivate: return "private";
        case RegionKind::kPhysical: return "physical";
        case RegionKind::kLocked: return "mdl";
        case RegionKind::kSection: return "section";
        case RegionKind::kWindow: return "window";
    }
    return "?";
}

void write_space(ke::JsonWriter& out, AddressSpace& space) {
    out.begin_array();
    space.for_each_region([&out](const Region& region) {
        out.begin_object();
        out.key("start");
        out.value_hex(region.start);
        out.field("bytes", region.end - region.start);
        out.field("kind", name_of(region.kind));
        out.key("protect");
        out.value_hex(region.protect);
        out.end_object();
    });
    out.end_array();
}

void write_address_spaces(ke::JsonWriter& out) {
    out.begin_array();
    ps::each_process(
        [](void* context, ps::Process& process) {
            auto& writer = *static_cast<ke::JsonWriter*>(context);
            writer.begin_object();
            writer.field("process", process.id);
            writer.field("image", std::u16string_view(process.image_name));
            writer.key("regions");
            write_space(writer, process.address_space != nullptr ? *process.address_space
                                                                 : AddressSpace::system());
            writer.end_object();
        },
        &out);
    out.end_array();
}

RSL_INSPECTOR(mm_memory, "kernel/mm/memory", write_memory);
RSL_INSPECTOR(mm_pool, "kernel/mm/pool", write_pool);
RSL_INSPECTOR(mm_address_spaces, "kernel/mm/address_spaces", write_address_spaces);

}  // namespace

MemoryUsage memory_usage() {
    const PageCounts pages = page_counts();
    return {.total_pages = pages.total,
            .free_pages = pages.free,
            .pool_pages = (pool_total_bytes() + kPageBytes - 1) / kPageBytes,
            .system_range_bytes = system_range_bytes()};
}

}  // namespace rsl::mm
