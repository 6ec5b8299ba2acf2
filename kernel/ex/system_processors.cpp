// SPDX-License-Identifier: GPL-2.0-only
#include "kernel/ex/system_processors.hpp"

#include <cstring>

#include "abi/types/status.h"
#include "base/core/bytes.hpp"
#include "kernel/arch/arch.hpp"
#include "kernel/ke/dispatcher.hpp"
#include "kernel/ke/processor.hpp"

namespace rsl::ex {
namespace {

uint32_t processors() { return ke::processor_count.load(std::memory_order_acquire); }
LARGE_INTEGER units_of(uint64_t ns) { return {.QuadPart = static_cast<int64_t>(ns / 100)}; }

/// One T a processor, as make(processor) has it.
template <typename T, typename Make>
int32_t each(std::span<std::byte> out, uint32_t& needed, Make&& make) {
    needed = static_cast<uint32_t>(processors() * sizeof(T));
    if (out.size() < needed) return STATUS_INFO_LENGTH_MISMATCH;
    for (uint32_t i = 0; i < processors(); ++i) {
        const T value = make(*ke::processors[i]);
        std::memcpy(out.data() + i * sizeof(T), &value, sizeof(T));
    }
    return STATUS_SUCCESS;
}

/// Entries of different size, one after the other; counts on when they do not fit.
class Relations {
  public:
    explicit Relations(std::span<std::byte> out) : out_(out) {}

    void add(const SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX& entry) {
        if (in_bounds(used_, entry.Size, out_.size())) std::memcpy(out_.data() + used_, &entry, entry.Size);
        used_ += entry.Size;
    }
    void add_processors(uint32_t relation, uint64_t mask) {
        SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX entry{};
        entry.Relationship = relation;
        entry.Size = offsetof(SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, Processor) + sizeof(PROCESSOR_RELATIONSHIP);
        entry.Processor.GroupCount = 1;
        entry.Processor.GroupMask[0].Mask = mask;
        add(entry);
    }
    void add_node(uint32_t relation, uint64_t mask) {
        SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX entry{};
        entry.Relationship = relation;
        entry.Size = offsetof(SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX, NumaNode) + sizeof(NUMA_NODE_RELATIONSHIP);
        entry.NumaNode.GroupCount = 1;
        entry.NumaNode.GroupMask.Mask = mask;
        add(entry);
    }
    void add_group() {
        SYSTEM_LOGICAL_PROCESSOR_INFORMATION_EX entry{};
        entry.Relationship = RSL_RELATION_GROUP;
        entry.Size = sizeof(entry);
        entry.Group.MaximumGroupCount = entry.Group.ActiveGroupCount = 1;
        entry.Group.GroupInfo[0].MaximumProcessorCount = ke::kMaxProcessors;
        entry.Group.GroupInfo[0].ActiveProcessorCount = static_cast<UCHAR>(processors());
        entry.Group.GroupInfo[0].ActiveProcessorMask = ke::active_processors();
        add(entry);
    }
    size_t needed() const { return used_; }

  private:
    std::span<std::byte> out_;
    size_t used_ = 0;
};

}  // namespace

int32_t query_processor_performance(std::span<std::byte> out, uint32_t& needed) {
    const uint64_t now = arch::now_ns();
    return each<SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION>(out, needed, [now](const ke::Processor& processor) {
        SYSTEM_PROCESSOR_PERFORMANCE_INFORMATION info{};
        info.IdleTime = units_of(ke::idle_time_ns(processor));
        info.KernelTime = units_of(now);  // all that runs here is the kernel
        info.InterruptCount = static_cast<ULONG>(processor.interrupts);
        return info;
    });
}

int32_t query_processor_idle(std::span<std::byte> out, uint32_t& needed) {
    return each<SYSTEM_PROCESSOR_IDLE_INFORMATION>(out, needed, [](const ke::Processor& processor) {
        SYSTEM_PROCESSOR_IDLE_INFORMATION info{};
        info.IdleTime = info.C1Time = ke::idle_time_ns(processor) / 100;  // idle is HLT: state C1
        return info;
    });
}

int32_t query_interrupts(std::span<std::byte> out, uint32_t& needed) {
    return each<SYSTEM_INTERRUPT_INFORMATION>(out, needed, [](const ke::Processor& processor) {
        SYSTEM_INTERRUPT_INFORMATION info{};
        info.ContextSwitches = static_cast<ULONG>(processor.switches);
        info.DpcCount = static_cast<ULONG>(processor.dpcs);
        info.TimeIncrement = static_cast<ULONG>(ke::kTickNs / 100);
        return info;
    });
}

int32_t query_relations(uint32_t relation, uint64_t mask, std::span<std::byte> out, uint32_t& needed) {
    const bool all = relation == RSL_RELATION_ALL;
    const uint64_t active = ke::active_processors();
    Relations relations{out};
    bool known = all;
    if (all || relation == RSL_RELATION_CORE) {
        known = true;
        for (uint32_t i = 0; i < processors(); ++i) {
            const uint64_t bit = uint64_t{1} << i;
            if ((mask & bit) != 0) relations.add_processors(RSL_RELATION_CORE, bit);
        }
    }
    if (all || relation == RSL_RELATION_NUMA_NODE || relation == RSL_RELATION_NUMA_NODE_EX) {
        known = true;
        relations.add_node(RSL_RELATION_NUMA_NODE, active);
    }
    if (all || relation == RSL_RELATION_PACKAGE) {
        known = true;
        relations.add_processors(RSL_RELATION_PACKAGE, active);
    }
    if (all || relation == RSL_RELATION_GROUP) {
        known = true;
        relations.add_group();
    }
    if (!known) return STATUS_INVALID_PARAMETER;
    needed = static_cast<uint32_t>(relations.needed());
    return out.size() < needed ? STATUS_INFO_LENGTH_MISMATCH : STATUS_SUCCESS;
}

}  // namespace rsl::ex
