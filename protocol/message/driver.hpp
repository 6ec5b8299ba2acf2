// SPDX-License-Identifier: GPL-2.0-only
// Drivers, and the kernel's state. An image comes in pieces, so that it may be larger than the arena.
#pragma once

#include "protocol/message/entry.hpp"

namespace rsl::protocol {

/// Begins an upload; a session has at most one. kDone: values[0] is its id.
struct LoadBegin {
    uint64_t image_bytes;
    ArenaSpan service_name;  // UTF-16LE
    constexpr bool check(uint64_t arena_bytes) const {
        return image_bytes != 0 && image_bytes <= kMaxImageBytes && service_name.bytes != 0 &&
               fits_text(service_name, arena_bytes, kMaxNameBytes);
    }
};
static_assert(sizeof(LoadBegin) == 16);

/// One piece, anywhere in the image. Pieces may come in any order.
struct LoadData {
    uint64_t image_offset;
    ArenaSpan data;
    uint32_t upload;
    uint32_t reserved;
    constexpr bool check(uint64_t arena_bytes) const {
        return fits(data, arena_bytes) && image_offset <= kMaxImageBytes;
    }
};
static_assert(sizeof(LoadData) == 24);

/// kLoadCommit loads and starts the driver; kLoadAbort forgets the upload (report stays empty).
/// kDone: status is the load's; the buffer gets a DriverReport, information its bytes with its text.
struct LoadFinish {
    ArenaSpan report;
    uint32_t upload;
    uint32_t reserved;
    constexpr bool check(uint64_t arena_bytes) const { return fits(report, arena_bytes); }
};
static_assert(sizeof(LoadFinish) == 16);

/// kDone: as of kLoadCommit; the text says what the driver left behind.
struct UnloadDriver {
    ArenaSpan service_name;  // UTF-16LE
    ArenaSpan report;
    constexpr bool check(uint64_t arena_bytes) const {
        return service_name.bytes != 0 && fits_text(service_name, arena_bytes, kMaxNameBytes) &&
               fits(report, arena_bytes);
    }
};
static_assert(sizeof(UnloadDriver) == 16);

/// What Driver Verifier looks for in a service from its next load on (docs/nt/verifier.md). kDone: nothing else.
struct VerifyDriver {
    ArenaSpan service_name;  // UTF-16LE; "*": every service without a setting of its own
    uint32_t flags;          // as of verifier.exe; 0: nothing
    uint32_t seed, rate;     // of the low-resource simulation; rate of 10,000
    uint32_t reserved;
    constexpr bool check(uint64_t arena_bytes) const {
        return service_name.bytes != 0 && fits_text(service_name, arena_bytes, kMaxNameBytes) && rate <= 10'000;
    }
};
static_assert(sizeof(VerifyDriver) == 24);

/// What became of a load or an unload; text_bytes of UTF-8 follow.
struct DriverReport {
    int32_t status;
    int32_t entry_status;  // DriverEntry's own
    uint64_t image_base;
    uint64_t image_bytes;
    uint64_t entry_ns;     // how long DriverEntry took
    uint32_t missing_imports;
    uint32_t text_bytes;
};
static_assert(sizeof(DriverReport) == 40 && WireType<DriverReport>);

/// The driver objects there are, as DirectoryRecords (object.hpp); like kQueryDirectory.
struct ListDrivers {
    ArenaSpan buffer;
    uint32_t context;
    uint32_t reserved;
    constexpr bool check(uint64_t arena_bytes) const { return fits(buffer, arena_bytes); }
};

/// JSON of the state below a path ("" lists what there is). kDone: information is the bytes written,
/// values[0] the bytes there are; STATUS_BUFFER_TOO_SMALL when they did not fit.
struct Inspect {
    ArenaSpan path;  // UTF-8
    ArenaSpan buffer;
    constexpr bool check(uint64_t arena_bytes) const {
        return fits(path, arena_bytes, kMaxInspectPathBytes) && fits(buffer, arena_bytes);
    }
};
static_assert(sizeof(Inspect) == 16);

}  // namespace rsl::protocol
