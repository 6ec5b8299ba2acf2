// SPDX-License-Identifier: GPL-2.0-only
// Objects of the client's own, behind handles that its process in the VM does not have (docs/adr/0030-own-objects.md). When a
// driver refers to such a handle, the VM asks, with an entry of the completion ring (kResolve), what it is. An event is lent: what a
// driver does to it is told by kObjectsChanged, what the program does to it by kSignalOwnObject.
#pragma once

#include <atomic>

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

/// How many objects of one client drivers can hold at a time.
inline constexpr uint32_t kMaxOwnObjects = 256;

/// What a reply of kind kResolve says: values 0 and 1. Its request_id is the question's; one is unanswered at a time.
struct Resolve {
    uint64_t handle;
    uint64_t id;  // what both sides call the object from now on, if it is lent; below kMaxOwnObjects
    static Resolve of(const ReplyEntry& entry) { return {entry.values[0], entry.values[1]}; }
};

enum class OwnObject : uint32_t {
    kNone = 0,    // there is no such handle, or drivers have no use for what it is
    kHandle = 1,  // it leads to what the client's process has this handle for: `value`
    kProcess = 2,               // the process whose id is `value`
    kNotificationEvent = 3,     // lent: `state`
    kSynchronizationEvent = 4,
};

/// The client's answer, under the question's id; no reply comes.
struct LendObject {
    OwnObject object;
    uint32_t access;     // what the program may do with it
    uint32_t value;
    uint32_t state;      // 1: signalled
    ArenaSpan changes;   // where OwnObjectChanges lie, for all lent objects; the first one counts
    constexpr bool check(uint64_t arena_bytes) const;
};
static_assert(sizeof(LendObject) == 24 && offsetof(LendObject, changes) == 16);

/// What drivers have done to an object since the client last looked: these in any order, but that kEndsSet tells the last of the
/// first two, and kDropped comes after them.
enum OwnObjectChange : uint32_t {
    kObjectSet = 1,
    kObjectReset = 2,
    kObjectEndsSet = 4,  // with both: the reset came first
    kObjectDropped = 8,  // no driver has it any more: its id is free
};

/// Shared memory in the arena. The VM adds bits, and sends kObjectsChanged if nothing was `waiting`; the client clears
/// that, and then takes the bits.
struct OwnObjectChanges {
    std::atomic<uint32_t> waiting;
    uint32_t reserved[15];
    std::atomic<uint32_t> changes[kMaxOwnObjects];
};
static_assert(sizeof(OwnObjectChanges) == 64 + 4 * kMaxOwnObjects);

constexpr bool LendObject::check(uint64_t arena_bytes) const {
    return object <= OwnObject::kSynchronizationEvent && state <= 1 && fits(changes, arena_bytes) && changes.offset % 64 == 0 &&
           (changes.bytes == 0 || changes.bytes == sizeof(OwnObjectChanges));
}

enum class OwnObjectSignal : uint32_t { kSet = 0, kReset = 1, kPulse = 2 };
/// Sent before the program's own call: kDone, with values[0] 1 when a driver waited for a synchronization event and has it now, so
/// that nobody else gets it. STATUS_NOT_FOUND: no driver has the object.
struct SignalOwnObject {
    uint32_t id;
    OwnObjectSignal signal;
    constexpr bool check(uint64_t) const { return id < kMaxOwnObjects && signal <= OwnObjectSignal::kPulse; }
};
static_assert(sizeof(SignalOwnObject) == 8);

}  // namespace rsl::protocol
